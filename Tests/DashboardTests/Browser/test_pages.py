"""The pages in a real browser, Debian's Chromium, while a run is recorded.

Run with the programs in ``NORMSCOPE_TEST_PROGRAM`` and ``NORMSCOPE_TEST_SERVER``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

playwright = pytest.importorskip("playwright.sync_api")

PROGRAM = os.environ.get("NORMSCOPE_TEST_PROGRAM", "")
SERVER = os.environ.get("NORMSCOPE_TEST_SERVER", "")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
if not (PROGRAM and SERVER and CHROMIUM):
    pytest.skip("needs normscope, normscope-serve and chromium", allow_module_level=True)

# The longest wait for what comes within a second on an idle machine.
PATIENCE = 600.0


class Site:
    """A server of a database, and a run that is recorded into it."""

    def __init__(self, folder: Path) -> None:
        self.database = str(folder / "runs.db")
        self.processes: list[subprocess.Popen[str]] = []
        self.record("first", 60, "--histogram-bins", "16").wait()
        self.server = self.start([SERVER, "--db", self.database, "--port", "0"])
        assert self.server.stdout is not None
        found = None
        while found is None:
            line = self.server.stdout.readline()
            assert line, "the server ended"
            found = re.search(r"http://[^\s]+", line)
        self.address = found.group(0).rstrip("/")

    def start(self, words: list[str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def record(self, name: str, steps: int, *options: str) -> subprocess.Popen[str]:
        """Record a run, every step of it with the probe."""
        return self.start([
            PROGRAM, "record", "--db", self.database, "--name", name, "--steps", str(steps),
            "--probe-every", "5", "--evaluate-every", "10", "--layers", "16,16", *options])

    def ask(self, *words: str) -> dict:
        """The answer of a command as JSON."""
        result = subprocess.run(
            [PROGRAM, *words, "--db", self.database, "--format", "json"],
            capture_output=True, text=True, check=True)
        return json.loads(result.stdout)

    def run_id(self, name: str) -> str:
        rows = self.ask("runs", "--where", f"name = {name}")["rows"]
        return rows[0]["run"]

    def wait_for_run(self, name: str) -> str:
        """The id of a run that is about to begin."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.run_id(name)
            except (IndexError, subprocess.CalledProcessError):
                assert time.monotonic() < end, f"no run {name}"
                time.sleep(0.2)

    def change(self, *words: str) -> None:
        """Run a command that changes runs."""
        subprocess.run(
            [PROGRAM, "runs", *words, "--db", self.database], check=True, capture_output=True)

    def stop(self, recording: subprocess.Popen[str]) -> None:
        """End a recording as Ctrl-C does."""
        recording.send_signal(signal.SIGINT)
        recording.wait(PATIENCE)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("pages"))
    yield site
    site.close()


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A page with what went wrong on it."""

    def __init__(self, browser: "playwright.Browser", site: Site, path: str, **options) -> None:
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(1000 * PATIENCE)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.hosts: set[str] = set()
        self.loads = 0
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self.see)
        self.page.goto(site.address + path)

    def hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def see(self, request) -> None:
        self.hosts.add(request.url.split("/")[2])
        self.loads += request.resource_type == "document"

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, which on an idle machine holds within seconds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never; {self.problems}; {self.page.content()[:3000]}"
            self.page.wait_for_timeout(100)

    def close(self, site: Site) -> None:
        assert self.problems == []
        assert self.hosts == {site.address.split("/")[2]}
        self.context.close()


def numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def test_a_run_is_followed(site: Site, browser) -> None:
    """Status, lines and parts of a run's page follow the run, without loading the page again."""
    recording = site.record("followed", 1_000_000)
    try:
        name = site.wait_for_run("followed")
        visit = Visit(browser, site, f"/runs/{name}")
        page = visit.page
        visit.until(lambda: page.locator("#live").inner_text() == "live")
        step = numbers(page.locator("#part-status .facts").inner_text())[0]
        path = page.locator("#loss .line").first.get_attribute("d") or ""
        visit.until(
            lambda: numbers(page.locator("#part-status .facts").inner_text())[0] > step)
        visit.until(lambda: (page.locator("#loss .line").first.get_attribute("d") or "") != path)
        layers = page.locator(".layers").inner_text()
        visit.until(lambda: page.locator(".layers").inner_text() != layers)
        assert visit.loads == 1
    finally:
        site.stop(recording)
    visit.until(lambda: "running" not in page.locator("#part-status .status").inner_text())
    assert visit.loads == 1
    visit.close(site)


def test_each_page_is_live(site: Site, browser) -> None:
    """The list, a layer, a comparison and the events change while a run is recorded."""
    recording = site.record("listed", 1_000_000)
    try:
        name = site.wait_for_run("listed")
        first = site.run_id("first")
        for path, selector in [
            ("/", f"#part-run-{name}"),
            (f"/runs/{name}/layers/1", "#part-status"),
            (f"/compare?run={first}&run={name}", "#part-status"),
        ]:
            visit = Visit(browser, site, path)
            text = visit.page.locator(selector).inner_text()
            visit.until(lambda: visit.page.locator(selector).inner_text() != text)
            assert visit.loads == 1
            visit.close(site)
    finally:
        site.stop(recording)
    events = Visit(browser, site, "/events")
    events.until(lambda: events.page.locator("#live").inner_text() == "live")
    before = events.page.locator("#event-rows tr").count()
    # It diverges at its second step, which is an event.
    site.record(
        "diverged", 50, "--norm", "none", "--activation", "identity", "--learning-rate", "1e30"
    ).wait(PATIENCE)
    events.until(lambda: events.page.locator("#event-rows tr").count() > before)
    assert "diverged" in events.page.locator("#event-rows").inner_text()
    events.close(site)


def test_numbers_are_those_of_the_command(site: Site, browser) -> None:
    """The shifts of the layers, their file and what the pointer reads are the command's."""
    name = site.run_id("first")
    rows = site.ask("shift", name)["rows"]
    last = {}
    for row in rows:
        last[row["layer"]] = row["nw2"]
    visit = Visit(browser, site, f"/runs/{name}")
    cells = visit.page.eval_on_selector_all(
        ".layers [data-value]", "cells => cells.map(cell => Number(cell.dataset.value))")
    assert cells == [last[layer] for layer in sorted(last)]
    with visit.page.expect_download() as download:
        visit.page.locator("#shift .files a", has_text="CSV").click()
    table = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert {(int(row["step"]), float(row["value"])) for row in table} == {
        (row["step"], row["nw2"]) for row in rows}
    chart = visit.page.locator("#shift svg[data-plot]").first
    chart.focus()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("End")
    tip = visit.page.locator(".tip").inner_text()
    assert f"step {max(row['step'] for row in rows)}" in tip
    shown = float(tip.split(":")[-1])
    assert abs(shown - last[1]) < 0.01 * max(1.0, last[1])
    visit.close(site)


def test_zoom_is_in_the_address(site: Site, browser) -> None:
    """Dragging across a figure shows its steps alone, and the address shows them again."""
    name = site.run_id("first")
    visit = Visit(browser, site, f"/runs/{name}", viewport={"width": 1200, "height": 900})
    box = visit.page.locator("#loss svg[data-plot]").bounding_box()
    middle = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + 0.3 * box["width"], middle)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 0.5 * box["width"], middle, steps=5)
    visit.page.mouse.up()
    visit.until(lambda: "from=" in visit.page.url)
    low, high = numbers(visit.page.url.split("?")[1])
    assert 0 < low < high < 60
    domain = visit.page.locator("#loss svg[data-plot]").get_attribute("data-x")
    assert [float(end) for end in domain.split()] == [low, high]
    visit.page.get_by_text("all steps").click()
    visit.until(lambda: "from=" not in visit.page.url)
    visit.close(site)


def test_it_is_whole_without_script(site: Site, browser) -> None:
    """Without script every part is there, and nothing waits for it."""
    name = site.run_id("first")
    with_script = Visit(browser, site, f"/runs/{name}")
    without = Visit(browser, site, f"/runs/{name}", java_script_enabled=False)
    for selector in ["svg", "figure", "table", "form", ".part"]:
        assert without.page.locator(selector).count() >= 1
        assert (without.page.locator(f"main {selector}").count()
                == with_script.page.locator(f"main {selector}").count())
    assert not without.page.locator(".script").first.is_visible()
    with_script.close(site)
    without.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_window(site: Site, browser, scheme: str) -> None:
    """Each page fits windows of three widths, in both schemes."""
    name = site.run_id("first")
    layer = "backbone.features.denseblock4.denselayer15.normalization_1" * 2
    messages = [
        {"type": "begin", "protocol": 1, "name": layer, "tensors": [{"name": layer, "units": 1}]},
        *({"type": "step", "step": step, "loss": 1,
           "moments": {layer: {"count": 8, "mean": [step], "variance": [1]}}} for step in range(3)),
        {"type": "end"}]
    subprocess.run(
        [PROGRAM, "ingest", "--db", site.database], check=True, text=True, capture_output=True,
        input="".join(json.dumps(message) + "\n" for message in messages))
    long = site.ask("runs")["rows"][0]["run"]
    pages = ["/", f"/runs/{name}", f"/runs/{name}/layers/1?unit=2", "/compare", "/events",
             f"/runs/{long}", f"/runs/{long}/layers/1"]
    for path in pages:
        visit = Visit(browser, site, path, color_scheme=scheme)
        for width in [400, 1000, 1600]:
            visit.page.set_viewport_size({"width": width, "height": 900})
            excess = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert excess <= 0, f"{path} at {width}"
        visit.close(site)


def test_the_keyboard_is_enough(site: Site, browser) -> None:
    """Every control is reached by Tab in the order of the page, shows that it has the focus, and does its work by Enter."""
    visit = Visit(browser, site, "/")
    page = visit.page
    reached = """() => {
        const e = document.activeElement, box = e.getBoundingClientRect(), look = getComputedStyle(e);
        return {what: e.localName, text: e.textContent.trim().slice(0, 40), at: [...document.querySelectorAll('*')].indexOf(e),
                seen: box.width > 0 && box.right > 0 && look.outlineStyle != 'none' && parseFloat(look.outlineWidth) >= 2}; }"""

    def walk(end: Callable[[dict], bool]) -> None:
        """Press Tab until it comes to an element."""
        at = -1
        for _ in range(200):
            page.keyboard.press("Tab")
            element = page.evaluate(reached)
            assert element["seen"] and element["at"] > at, element
            at = element["at"]
            if end(element):
                return
        raise AssertionError("not reached")

    walk(lambda element: element["text"] == "Skip to the contents")
    page.keyboard.press("Enter")
    visit.until(lambda: page.url.endswith("#main"))
    page.goto(site.address + "/")
    walk(lambda element: element["text"] == "first")
    page.keyboard.press("Enter")
    visit.until(lambda: "/runs/" in page.url and page.locator("#live").inner_text() == "live")
    walk(lambda element: element["what"] == "svg")
    page.keyboard.press("Home")
    assert "step 0" in page.locator(".tip").inner_text()
    walk_from = page.evaluate(reached)["at"]
    page.keyboard.press("Tab")
    assert page.evaluate(reached)["at"] > walk_from
    visit.close(site)


def test_figures_have_names(site: Site, browser) -> None:
    """A screen reader finds figures, files and tables by what they show."""
    visit = Visit(browser, site, f"/runs/{site.run_id('first')}")
    page = visit.page
    title = page.locator("#loss h3").inner_text()
    assert page.get_by_role("figure", name=title, exact=True).count() == 1
    assert page.get_by_role("link", name=f"CSV {title}", exact=True).count() == 1
    assert page.get_by_role("table", name="Layers").count() == 1
    visit.close(site)


def test_hostile_names_do_nothing(site: Site, browser) -> None:
    """A name that looks like markup is text, and so it is when it comes by the stream."""
    hostile = "<img src=x onerror=document.title=1>"
    visit = Visit(browser, site, "/")
    site.record(hostile, 20).wait(PATIENCE)
    visit.until(lambda: visit.page.locator("#newer").count() == 1)
    visit.page.locator("#newer").click()
    visit.until(lambda: visit.page.get_by_text(hostile).count() == 1)
    visit.page.get_by_text(hostile).click()
    visit.until(lambda: "/runs/" in visit.page.url)
    assert visit.page.locator("main img").count() == 0 and visit.page.title() != "1"
    visit.close(site)


@pytest.mark.skipif(not shutil.which("rsvg-convert"), reason="needs rsvg-convert")
def test_a_figure_is_downloaded_as_a_picture(site: Site, browser) -> None:
    """The link below a figure gives a picture of it, as a file."""
    visit = Visit(browser, site, f"/runs/{site.run_id('first')}")
    with visit.page.expect_download() as download:
        visit.page.locator("#loss .files a", has_text="PNG").click()
    assert download.value.suggested_filename == "loss.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG\r\n")
    visit.close(site)


def test_groups_are_compared(site: Site, browser) -> None:
    """Two conditions in the form make two groups, paired by seed, and the address shows them again."""
    for norm in ["none", "batch"]:
        for seed in ["1", "2"]:
            site.record(f"pair-{norm}-{seed}", 20, "--norm", norm, "--seed", seed).wait(PATIENCE)
    visit = Visit(browser, site, "/compare")
    for group, norm in [("first", "none"), ("second", "batch")]:
        visit.page.locator(f"[name={group}]").fill(f"name ~ pair and config.norm = {norm}")
    visit.page.get_by_role("button", name="Compare the groups").click()
    visit.until(lambda: "second=" in visit.page.url)
    assert visit.page.locator("#part-status li").count() == 4
    assert visit.page.locator("#loss .line").count() == 2
    assert "2 of each" in (visit.page.locator("#loss figcaption").text_content() or "")
    finding = visit.page.locator("#part-finding .finding").inner_text()
    again = Visit(browser, site, visit.page.url.removeprefix(site.address))
    assert again.page.locator("#part-finding .finding").inner_text() == finding
    again.close(site)
    visit.close(site)


def test_a_purged_run_leaves_open_pages(site: Site, browser) -> None:
    """The list loses the row of a run that is deleted; the page of the run says that it is gone, and stays."""
    site.record("purged", 20).wait(PATIENCE)
    name = site.run_id("purged")
    pages = [Visit(browser, site, path) for path in ["/", f"/runs/{name}", f"/runs/{name}/layers/1"]]
    rows = pages[0].page.locator(f"#part-run-{name}")
    assert rows.count() == 1
    site.change("delete", name)
    site.change("purge", name, "--yes")
    pages[0].until(lambda: rows.count() == 0)
    for visit in pages[1:]:
        visit.until(lambda: "not live" in visit.page.locator("#live").inner_text())
        assert visit.page.locator("svg[data-plot]").count() > 0
    for visit in pages:
        assert visit.loads == 1
        visit.close(site)


def test_a_resumed_run_is_drawn_anew(site: Site, browser) -> None:
    """Pages that are open or hidden while a killed run is resumed show its new lines, which mark the resumption."""
    recording = site.record("resumed", 1_000_000, "--checkpoint-every", "50")
    name = site.wait_for_run("resumed")
    shown, hidden = [Visit(browser, site, f"/runs/{name}") for _ in range(2)]

    def step(visit: Visit) -> int:
        return numbers(visit.page.locator("#part-status .facts").inner_text())[0]

    def hide(value: str) -> None:
        hidden.page.evaluate(
            f"Object.defineProperty(document,'hidden',{{value:{value},configurable:true}});"
            "document.dispatchEvent(new Event('visibilitychange'))")

    for visit in [shown, hidden]:
        visit.until(lambda: step(visit) > 70)
    recording.kill()
    recording.wait(PATIENCE)
    for visit in [shown, hidden]:
        visit.until(lambda: "interrupted" in visit.page.locator("#part-status .status").inner_text())
        assert visit.page.locator("#loss .event").count() == 0
    old = step(shown)
    hide("true")
    again = site.start(
        [PROGRAM, "record", "--db", site.database, "--resume", name, "--steps", "1000000"])
    try:
        shown.until(lambda: step(shown) > old)
        hide("false")
        for visit in [shown, hidden]:
            visit.until(lambda: visit.page.locator("#loss .event").count() == 1)
            assert visit.loads == 1
    finally:
        site.stop(again)
    for visit in [shown, hidden]:
        visit.close(site)
