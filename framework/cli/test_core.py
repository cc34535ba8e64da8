"""``framework test core``: plays test stories against a model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framework.bot.stories import Story
    from framework.cli.test_core_model import StoryTest
    from framework.evaluation.story_report import StoryReport

SUMMARY = "play test stories against a model"

_STORY_FOLDERS = (Path("tests"), Path("data"))
_DOWNLOAD_SECONDS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the flags of ``framework test core``."""
    parser.add_argument(
        "-m",
        "--model",
        type=Path,
        nargs="+",
        default=[Path("models")],
        help="models, or folders: their latest (models)",
    )
    parser.add_argument(
        "-s",
        "--stories",
        type=Path,
        nargs="+",
        metavar="PATH",
        help="files or folders (test_* files in tests and data)",
    )
    parser.add_argument("--url", metavar="URL", help="take the stories from this address")
    parser.add_argument("--max-stories", type=int, metavar="N", help="play no more than this many")
    parser.add_argument(
        "--e2e", "--end-to-end", action="store_true", help="refuse a model that cannot understand the messages"
    )
    parser.add_argument("--fail-on-prediction-errors", action="store_true", help="exit with 1 if a story fails")
    parser.add_argument(
        "--evaluate-model-directory",
        action="store_true",
        help="compare all models in the folder; draws those of train core",
    )
    parser.add_argument("--endpoints", type=Path, metavar="FILE", help="accepted for compatibility; no action is run")
    add_output_arguments(parser)


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags that say which files to write, and where."""
    parser.add_argument("--out", type=Path, default=Path("results"), help="folder for the files (results)")
    parser.add_argument("--no-plot", action="store_true", help="draw no pictures")
    parser.add_argument("--successes", action="store_true", help="write the stories that went right, too")
    parser.add_argument("--no-errors", action="store_true", help="do not write the stories that failed")
    parser.add_argument("--no-warnings", action="store_true", help="do not write the stories with unlikely messages")


def run(args: argparse.Namespace) -> int:
    """Plays the stories against one model and says what went wrong, or against several and compares them."""
    from framework.cli.test_core_model import StoryTest

    test = StoryTest(args, _stories(args))
    is_right = _compare(args, test) if len(args.model) > 1 or args.evaluate_model_directory else _test(args, test)
    return 1 if args.fail_on_prediction_errors and not is_right else 0


def _test(args: argparse.Namespace, test: StoryTest) -> bool:
    from framework.cli.test_core_summary import print_report
    from framework.model.loading import latest_model

    report = test.play(latest_model(args.model[0]))
    print_report(report)
    _write(args, report)
    return not report.failed


def _compare(args: argparse.Namespace, test: StoryTest) -> bool:
    from framework.cli.test_core_comparison import compare_models, compare_policies
    from framework.evaluation.policy_models import find_compared_models
    from framework.model.loading import latest_model

    if not args.evaluate_model_directory:
        return compare_models(args, [latest_model(path) for path in args.model], test)
    models = [model for folder in args.model for model in find_compared_models(folder)]
    if models:
        return compare_policies(args, models, test)
    found = sorted(path for folder in args.model for path in folder.rglob("*.tar.gz"))
    return compare_models(args, found or [latest_model(args.model[0])], test)


def _stories(args: argparse.Namespace) -> tuple[Story, ...]:
    from framework.bot.files import is_test_file, yaml_files
    from framework.bot.story_files import parse_stories, read_stories
    from framework.errors import BotError, Problem

    if args.url is not None:
        return parse_stories(_download(args.url), args.url)
    folders = [folder for folder in _STORY_FOLDERS if folder.is_dir()]
    stories = read_stories(
        args.stories or [file for each in folders for file in yaml_files(each) if is_test_file(file)]
    )
    if not stories:
        where = ", ".join(map(str, args.stories or _STORY_FOLDERS))
        fix = "write them in tests/test_stories.yml, or say where they are: --stories PATH"
        raise BotError(Problem(code="no-tests", what=f"there are no test stories in {where}", fix=fix))
    return stories


def _download(url: str) -> str:
    from urllib.error import URLError
    from urllib.request import urlopen

    from framework.errors import EnvironmentProblem, Problem, UsageError

    if not url.startswith(("http://", "https://")):
        raise UsageError(Problem(code="no-tests", what=f"{url!r} is no address of a web server"))
    try:
        with urlopen(url, timeout=_DOWNLOAD_SECONDS) as answer:  # noqa: S310 - the scheme was checked
            return str(answer.read(), "utf-8")
    except (URLError, TimeoutError, UnicodeDecodeError) as error:
        raise EnvironmentProblem(Problem(code="no-tests", what=f"no stories can be had from {url}: {error}")) from error


def _write(args: argparse.Namespace, report: StoryReport) -> None:
    from framework.cli.training_run import print_problems
    from framework.errors import EnvironmentProblem
    from framework.evaluation.story_results import WantedFiles, write_results

    wanted = WantedFiles(
        failed=not args.no_errors,
        successful=args.successes,
        with_warnings=not args.no_warnings,
        confusion_matrix=not args.no_plot,
    )
    try:
        write_results(report, args.out, wanted)
    except EnvironmentProblem as error:  # a picture that cannot be drawn does not spoil the rest
        print_problems(error.problems)
    print(f"Results are in {args.out}.")
