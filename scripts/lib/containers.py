"""What image-check builds and runs containers with: buildah and podman from Debian, on base images made here.

All that they store is in one folder. Nothing is pulled: debian:bookworm-slim is made with debootstrap, swift from the
toolchain on PATH, and postgres from Debian's own package, each by the name that docker/ asks for.
"""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile

from bench import ROOT

PROGRAMS = ("aardvark-dns", "buildah", "debootstrap", "iptables", "netavark", "podman", "runc")
DEBIAN, SWIFT, POSTGRES = "docker.io/library/debian:bookworm-slim", "docker.io/library/swift:6.3-bookworm", \
    "docker.io/library/postgres:15-bookworm"
MIRROR = "http://deb.debian.org/debian"
# As the published image of that name leaves them out.
SLIM = ["/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*", "/usr/share/man/*"]
# What the swift image's own Dockerfile installs beside the toolchain.
SWIFT_NEEDS = (
    "binutils ca-certificates git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6 libsqlite3-0 "
    "libstdc++-12-dev libxml2-dev pkg-config tzdata zlib1g-dev")
# Debuggers, editors' servers and other targets are no part of a build, and two gigabytes.
NOT_OF_A_BUILD = ["bin/lldb*", "lib/liblldb*", "bin/sourcekit-lsp", "lib/libsourcekitd*", "bin/clangd", "bin/docc",
                  "bin/swift-format", "bin/wasmkit", "lib/swift/embedded", "lib/swift/FrameworkABIBaseline", "local"]


def run(*command, **options):
    """The output; ends the script, with what was said, when it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit("%s ended with %d:\n%s" % (
            " ".join(map(str, command))[:200], done.returncode, (done.stdout + done.stderr)[-4000:]))
    return done.stdout


def sources_list(root):
    (pathlib.Path(root) / "etc/apt/sources.list").write_text(
        "deb %s bookworm main\ndeb %s bookworm-updates main\ndeb %s-security bookworm-security main\n" % ((MIRROR,) * 3))


class Containers:
    def __init__(self, folder):
        path = os.environ["PATH"] + ":/usr/lib/podman"
        if os.geteuid() or not all(shutil.which(program, path=path) for program in PROGRAMS):
            raise SystemExit("image-check needs root, and: apt-get install %s" % " ".join(PROGRAMS))
        self.folder = pathlib.Path(folder).resolve()
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        # Limits that a root without CAP_SYS_RESOURCE may set, too, and no registry to ask.
        files, tasks = (resource.getrlimit(limit)[0] for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC))
        tasks = min(tasks, int(pathlib.Path("/proc/sys/kernel/pid_max").read_text()))
        self.limits = ["nofile=%d:%d" % (files, files), "nproc=%d:%d" % (tasks, tasks)]
        (self.folder / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = %s\n[network]\nnetwork_backend = "netavark"\n[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n'
            'events_logger = "file"\n' % json.dumps(self.limits))
        (self.folder / "registries.conf").write_text('unqualified-search-registries = ["docker.io"]\n')
        self.environment = dict(
            os.environ, TMPDIR=str(self.folder / "tmp"), CONTAINERS_CONF=str(self.folder / "containers.conf"),
            CONTAINERS_REGISTRIES_CONF=str(self.folder / "registries.conf"), BUILDAH_ISOLATION="chroot")
        self.storage = ["--root", self.folder / "store", "--runroot", self.folder / "run", "--storage-driver", "vfs"]
        self.engine = ["podman", *self.storage, "--network-config-dir", self.folder / "networks"]
        (self.folder / "networks").mkdir(exist_ok=True)

    def podman(self, *arguments, **options):
        return run(*self.engine, *arguments, env=self.environment, **options)

    def tried(self, *arguments):
        """As podman(), but it may fail: how it ended, and what it said."""
        done = subprocess.run([*map(str, self.engine), *map(str, arguments)], env=self.environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        return done.returncode, (done.stdout + done.stderr).strip()

    def build(self, name, dockerfile, context, *arguments):
        """With its output on the terminal, for it can take long."""
        command = ["buildah", *self.storage, "build", "--format", "docker", "--pull-never",
                   *["--ulimit=" + limit for limit in self.limits], *arguments, "-t", name, "-f", dockerfile, context]
        if subprocess.run([str(word) for word in command], env=self.environment, stdin=subprocess.DEVNULL).returncode:
            raise SystemExit("%s could not be built" % name)

    def has(self, name):
        return self.tried("image", "exists", name)[0] == 0

    def make(self, name, text, context, *arguments):
        """A base image of our own, from a Dockerfile that is written here; kept for the next time."""
        if not self.has(name):
            print("making %s" % name, flush=True)
            dockerfile = self.folder / "Dockerfile.base"
            dockerfile.write_text(text)
            self.build(name, dockerfile, context, "--quiet", *arguments)

    def debian(self):
        if self.has(DEBIAN):
            return
        print("making %s" % DEBIAN, flush=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as root:
            run("debootstrap", "--variant=minbase", "bookworm", root, MIRROR)
            os.chmod(root, 0o755)
            etc = pathlib.Path(root, "etc")
            sources_list(root)
            (etc / "dpkg/dpkg.cfg.d/slim").write_text(
                "".join("path-exclude %s\n" % path for path in SLIM) + "path-include /usr/share/doc/*/copyright\n")
            run("bash", "-euc", "rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/{info,locale,man}/*; "
                "find usr/share/doc -type f ! -name copyright -delete", cwd=root)
            archive = self.folder / "debian.tar"
            run("tar", "-C", root, "-cf", archive, ".")
            self.podman("import", archive, DEBIAN)
            archive.unlink()

    def swift(self):
        toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[1]
        ignore = self.folder / "not-of-a-build"
        ignore.write_text("\n".join(NOT_OF_A_BUILD))
        self.make(SWIFT, "FROM debian:bookworm-slim\nRUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install "
                  "-y -qq --no-install-recommends %s && rm -rf /var/lib/apt/lists/*\nCOPY . /usr/\n" % SWIFT_NEEDS,
                  toolchain, "--ignorefile", ignore)

    def postgres(self):
        """A stand-in that takes the same variables and files, and keeps its data in the same place."""
        self.make(POSTGRES, "FROM debian:bookworm-slim\nRUN groupadd -g 999 postgres && useradd -u 999 -g postgres postgres "
                  "&& apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "
                  "postgresql-15\nENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data\n"
                  "COPY postgres-stand-in /usr/bin/\nENTRYPOINT [\"postgres-stand-in\"]\n", ROOT / "scripts/lib")

    def tellal(self, name):
        self.build(name, ROOT / "docker/Dockerfile", ROOT, *self.mirrors())

    def mirrors(self):
        """Where this machine's git is told to read packages from, told to the build's git, too."""
        config, places = git_mirrors(self.folder)
        volumes = ["%s:/root/.gitconfig:ro" % config] if config else []
        return ["--volume=" + volume for volume in volumes + ["%s:%s:ro" % (place, place) for place in places]]


def git_mirrors(folder):
    """A file of settings that tells another git where this machine's git reads packages from, and the folders among these places; no
    file when it reads them where they are published."""
    rules = subprocess.run(
        ["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], capture_output=True, text=True).stdout.split("\n")
    if not any(rules):
        return None, []
    config, places = folder / "gitconfig", []
    config.write_text("[safe]\n\tdirectory = *\n")
    for key, value in (rule.split(" ", 1) for rule in rules if rule):
        run("git", "config", "--file", config, "--add", key[:-len("insteadof")] + "insteadOf", value)
        place = key[len("url."):-len(".insteadof")].removeprefix("file://")
        if os.path.isdir(place) and place not in places:
            places.append(place)
    return config, places
