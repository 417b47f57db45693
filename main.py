"""`python3 main.py ...`: makes Roundtable's environment on the first start, then runs Roundtable in it."""

# Up to the version check this must run on Python 3.6 and later, so that an old one gets a clear answer.
import sys


def main() -> int:
    """Check the Python, enter the environment (which may replace this process), run the application."""
    from app.setup.python_version import require_supported_python

    require_supported_python(sys.version_info[:2], sys.executable)
    arguments = sys.argv[1:]
    if hasattr(sys, "frozen"):  # a bundle, which brings its environment with it
        from app.program import enter_bundle

        code = enter_bundle(arguments)
        if code is not None:
            return code
    else:
        from app.setup.start import enter_environment

        enter_environment(arguments)
    from app.bootstrap import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
