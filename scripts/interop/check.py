"""Third-party clients against the sandbox; exits with 1 when a check fails."""

import sys
import traceback

import aiogram_checks
import fbmessenger_checks
import messenger_checks
import ptb_checks
import telebot_checks
from sandbox import running


def main():
    passed = failed = 0
    with running(sys.argv[1]) as sandbox:
        for module in (ptb_checks, telebot_checks, aiogram_checks, messenger_checks, fbmessenger_checks):
            for name, check in module.checks(sandbox):
                try:
                    check()
                    passed += 1
                    print(f"ok    {module.CLIENT}: {name}")
                except Exception:
                    failed += 1
                    print(f"FAIL  {module.CLIENT}: {name}")
                    traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
