"""The commands. Each calls a plain function; nothing heavy is imported before it is needed.

Exit codes: 0 done; 1 the input is wrong, in one clear line; 2 incomplete, or below the gate.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from allegiance.commands import cases, codes, scenarios
from allegiance.commands.options import Json, Quiet
from allegiance.errors import IncompleteError, UserError

if TYPE_CHECKING:
    from allegiance.experiment.experiment import Experiment
    from allegiance.experiment.resolved import Resolved
    from allegiance.tables.coverage import Coverage

app = typer.Typer(
    help="Whom does a language model obey when its principals disagree?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models_app = typer.Typer(help="Models: which can be used here.", no_args_is_help=True)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(models_app, name="models")
app.add_typer(cases.app, name="cases")
app.add_typer(codes.app, name="codes")

Folder = Annotated[Path, typer.Argument(help="A run folder.", metavar="RUN")]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="The run folder, new or begun.", metavar="DIR")
]
Names = Annotated[
    list[str],
    typer.Argument(
        help="An experiment (a file or a built-in one), or scenarios.", metavar="NAME..."
    ),
]
Models = Annotated[
    list[str] | None, typer.Option("--model", "-m", help="A model, by its Inspect name.")
]
Blocks = Annotated[
    int | None, typer.Option("--blocks", help="Nuisance blocks in which each cell is played.")
]


def main() -> None:
    """Run a command, and turn what went wrong into one clear line and an exit code."""
    with _clear_errors():
        app()


@app.command()
def demo(
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Let the embedded model play a small experiment, to a report."""
    from allegiance.experiment.experiment import find_experiment

    _run_to_report(find_experiment("demo"), out or _new_folder("demo"), quiet=quiet)


@app.command()
def plan(
    names: Names,
    model: Models = None,
    blocks: Blocks = None,
    pilot: Annotated[
        Path | None,
        typer.Option("--pilot", help="An earlier run, for how wordings differ.", metavar="RUN"),
    ] = None,
    base_rate: Annotated[
        float | None,
        typer.Option("--base-rate", help="Share of an outcome to begin with, where sampled."),
    ] = None,
    prices: Annotated[
        Path | None,
        typer.Option(
            "--prices",
            help="Prices, in a file as for Inspect's --model-cost-config.",
            metavar="FILE",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what an experiment takes and what it can tell, before anything is spent."""
    from allegiance import pipeline
    from allegiance.commands.plan import forecast_data, print_forecast
    from allegiance.experiment.experiment import choose_experiment

    resolved = pipeline.plan(choose_experiment(names, models=model, blocks=blocks))
    found = pipeline.foresee(resolved, pilot=pilot, base_rate=base_rate, prices=prices)
    if as_json:
        print(json.dumps(forecast_data(found), indent=1, ensure_ascii=False))
    else:
        print_forecast(found, Console())


@app.command()
def run(
    names: Names,
    model: Models = None,
    blocks: Blocks = None,
    answer_form: Annotated[
        str | None,
        typer.Option(
            "--answer-form", help="How a sampled model answers: auto, tool, json or letter."
        ),
    ] = None,
    label: Annotated[
        int | None,
        typer.Option(
            "--label",
            min=1,
            help="Trials to draw for people to label, in RUN/labels/to_label.csv.",
            metavar="N",
        ),
    ] = None,
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Run an experiment, or the default experiments of scenarios; resumes by itself."""
    from allegiance.experiment.experiment import choose_experiment

    experiment = choose_experiment(names, models=model, blocks=blocks, answer_form=answer_form)
    _run_to_report(experiment, out or _new_folder(experiment.id), quiet=quiet, label=label)


@app.command()
def analyze(run: Folder, as_json: Json = False) -> None:
    """Make the tables of a run anew from its logs, and print the effects."""
    from allegiance.pipeline import analyse, tabulate

    coverage = tabulate(run)
    effects = analyse(run)
    if as_json:
        print(effects.write_json())
    else:
        _print_summary(run)
    _require_enough(coverage)


@app.command()
def report(run: Folder) -> None:
    """Write the pages of a run anew from its tables."""
    from allegiance.pipeline import report as write_report

    page = write_report(run)
    Console().print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def check(run: Folder, as_json: Json = False) -> None:
    """Say whether a run is complete: coverage, logs, stamp."""
    from allegiance.pipeline import check as check_run

    coverage, logs = check_run(run)
    if as_json:
        content = {
            "planned": coverage.planned,
            "measured": coverage.measured,
            "missing": coverage.reasons,
            "coverage": coverage.share,
            "gate": coverage.gate,
            "tried_before": coverage.tried_before,
            "logs": [vars(log) for log in logs],
        }
        print(json.dumps(content, indent=1))
    else:
        console = Console()
        for log in logs:
            counted = "counted" if log.counted else "left aside: a newer log took its place"
            console.print(f"{log.name}: {log.status}, {counted}", highlight=False, soft_wrap=True)
        console.print(_in_words(coverage), highlight=False)
        console.print(_tried(coverage), highlight=False)
    _require_enough(coverage, whole=True)


@models_app.command("list")
def list_models(as_json: Json = False) -> None:
    """List what can be named as a model, and what each still needs; asks nothing of the net."""
    from allegiance.models.providers import readiness

    found = readiness()
    if as_json:
        rows = [vars(each) | {"ready": each.ready} for each in found]
        print(json.dumps(rows, indent=1))
        return
    console, width = Console(highlight=False, soft_wrap=True), max(len(f.models) for f in found)
    for each in found:
        console.print(f"[bold]{each.models:<{width}}[/]  {each.in_words}")
        for mend in each.mend:
            console.print(f"{'':<{width}}    {mend}")


@models_app.command()
def pull(
    verify: Annotated[
        bool, typer.Option("--check", help="Only check every byte of what is there.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fetch the embedded model, check it, and convert it once."""
    from allegiance.models import embedded

    print(embedded.verify() if verify else embedded.pull(quiet=quiet))


def _run_to_report(
    experiment: "Experiment", out: Path, *, quiet: bool, label: int | None = None
) -> None:
    from allegiance import pipeline

    console = Console(quiet=quiet, stderr=False)
    resolved = pipeline.plan(experiment)
    if label:
        pipeline.require_labellable(resolved)
    console.print(
        f"{resolved.id}: {_how_many(resolved)} trials of {', '.join(resolved.scenarios)} "
        f"by {', '.join(resolved.models)}, into {out}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    pipeline.run(resolved, out, quiet=quiet)
    coverage = pipeline.tabulate(out)
    sheet = pipeline.label(out, label) if label else None
    pipeline.analyse(out)
    page = pipeline.report(out)
    if not quiet:
        _print_summary(out)
    console.print(_tried(coverage), highlight=False)
    if sheet:
        told = "holds labels, left as it is" if sheet.kept else f"{sheet.trials} trials to label"
        console.print(f"{sheet.path}: {told}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)
    _require_enough(coverage)


def _how_many(resolved: "Resolved") -> str:
    return f"at most {resolved.stopping.trials}" if resolved.adaptive else f"{len(resolved.trials)}"


def _print_summary(out: Path) -> None:
    from allegiance.report.terminal import print_summary

    print_summary(out, Console(markup=False))


def _require_enough(coverage: "Coverage", *, whole: bool = False) -> None:
    if not (coverage.complete if whole else coverage.enough):
        raise IncompleteError(
            _in_words(coverage), mend="Run the same command again to run what is missing."
        )


def _in_words(coverage: "Coverage") -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in coverage.reasons.items())
    missing = f"; missing: {reasons}" if reasons else ""
    open_ = "; further rounds are to follow" if coverage.going_on else ""
    return (
        f"{coverage.measured} of {coverage.planned} trials measured "
        f"({coverage.share:.1%}; gate {coverage.gate:.0%}){missing}{open_}"
    )


def _tried(coverage: "Coverage") -> str:
    return f"Runs of this experiment tried before, beside this one: {coverage.tried_before}"


def _new_folder(name: str) -> Path:
    """A folder of this moment's own, under `runs/`."""
    return Path("runs") / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except IncompleteError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"{place}{error.strerror or error}", file=sys.stderr)
        sys.exit(1)
