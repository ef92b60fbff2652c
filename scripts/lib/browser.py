"""A headless Chromium, spoken to over a pipe: it opens a page, looks at it and takes pictures of parts of it."""

import base64
import json
import os
import shutil
import subprocess

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Browser:
    """One page of a browser of our own; `with Browser(folder) as browser` ends it."""

    def __init__(self, folder):
        """Keeps what it must write in the folder. None of PROGRAMS there: FileNotFoundError."""
        program = next((found for found in map(shutil.which, PROGRAMS) if found), None)
        if program is None:
            raise FileNotFoundError("there is no Chromium")
        commands, self.commands = os.pipe()
        answers_end, answers = os.pipe()
        # It reads commands from descriptor 3 and answers on 4. It only ever opens pages of ours, on loopback; its own
        # sandbox does not run for root, nor in most containers.
        self.process = subprocess.Popen(
            ["sh", "-c", 'exec "$@" 3</dev/fd/%d 4>/dev/fd/%d' % (commands, answers), "sh", program, "--headless",
             "--no-sandbox", "--remote-debugging-pipe", "--user-data-dir=%s" % folder, "--hide-scrollbars", "--no-first-run",
             "--disable-lcd-text", "--font-render-hinting=none", "--disable-gpu", "--disable-background-networking",
             "--disable-dev-shm-usage", "about:blank"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.answers = os.fdopen(answers_end, "rb")
        self.unread, self.number, self.session = b"", 0, None
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Without its pipe it ends. A program of Debian's is a shell that waits for the real one: no signal would reach that.
        os.close(self.commands)
        self.process.wait(timeout=30)
        self.answers.close()

    def tell(self, method, **parameters):
        """The answer to one command of the DevTools protocol."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while True:
            while b"\0" not in self.unread:
                piece = os.read(self.answers.fileno(), 1 << 16)
                if not piece:
                    raise SystemExit("the browser ended before it answered %s" % method)
                self.unread += piece
            line, self.unread = self.unread.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit("the browser refused %s: %s" % (method, answer["error"]))
                return answer["result"]

    def size(self, width, height):
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def open(self, address):
        """Returns when the page and what it names have loaded."""
        self.tell("Page.navigate", url=address)
        self.run("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")

    def run(self, script):
        """The value of the script, awaited where it is a promise."""
        answer = self.tell("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise SystemExit("a script in the page failed: %s" % answer["exceptionDetails"])
        return answer["result"].get("value")

    def picture(self, x, y, width, height):
        """The pixels of this part of the page, from its corner: width, height, and three bytes for each."""
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        taken = self.tell("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        width, height, pixels = self.run("""(async () => {
          const image = new Image();
          image.src = "data:image/png;base64,%s";
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
          canvas.drawImage(image, 0, 0);
          const values = canvas.getImageData(0, 0, image.width, image.height).data;
          let bytes = "";
          for (let i = 0; i < values.length; i += 4) bytes += String.fromCharCode(values[i], values[i + 1], values[i + 2]);
          return [image.width, image.height, btoa(bytes)];
        })()""" % taken)
        return width, height, base64.b64decode(pixels)
