"""Checks in a browser the values that the script of a report shows: those of its tables, by keys and by the pointer.

    python3 check_hover.py REPORT.html...

Prints what is wrong with each page, and exits with code 1 where anything is. Needs playwright and Chromium (/usr/bin/chromium,
or the path in $CHROMIUM). It is run by hand.
"""

import os
import sys

from playwright.sync_api import sync_playwright

TABLES = """figure => Array.from(figure.querySelectorAll('.numbers table'), table => ({
  columns: Array.from(table.querySelectorAll('thead th'), cell => cell.textContent).slice(1),
  rows: Array.from(table.querySelectorAll('tbody tr'), row => Array.from(row.children, cell => cell.textContent)),
}))"""


def tip(page):
    """The step and the values that the tip shows, by name; None where it is hidden."""
    if not page.locator(".tip").is_visible():
        return None
    first, *rows = page.locator(".tip div").all_text_contents()
    values = {}
    for row in rows:
        name, _, value = row.rpartition(": ")
        # A line without a value at this step shows its nearest.
        if " at step " not in value:
            values[name] = value
    return first.removeprefix("step "), values


def agree(shown, cell):
    """Whether a shown value is the cell of a table, to the last digit that it has."""
    shown = shown.removesuffix(" %").replace(",", "")
    wanted = float(cell.removesuffix(" %"))
    if shown.endswith(" ") or not shown:
        return False
    mantissa = shown.lower().split("e")
    places = len(mantissa[0].partition(".")[2]) - (int(mantissa[1]) if len(mantissa) > 1 else 0)
    # A number in plain digits such as 12,300 may end in zeros that were not read.
    whole = mantissa[0].lstrip("-")
    zeros = len(whole) - len(whole.rstrip("0")) if places == 0 and wanted != 0 else 0
    # A logarithmic axis leaves out zeros at the end: three digits, or two where it has many decades.
    share = 0.011 if len(whole.replace(".", "").strip("0")) > 2 else 0.02
    return abs(float(shown) - wanted) <= max(1.01 * 10.0 ** (zeros - places), share * abs(wanted))


def check(page, path):
    """What is wrong with a page."""
    problems = []
    page.on("console", lambda message: problems.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.goto("file://" + os.path.abspath(path))
    compared = 0
    for figure in page.locator("figure").all():
        name = figure.get_attribute("id")
        tables = figure.evaluate(TABLES)
        charts = figure.locator(":scope > .charts > svg").all()
        if len(charts) != len(tables):
            problems.append(f"{name}: {len(charts)} charts and {len(tables)} tables")
        for chart, table in zip(charts, tables):
            if chart.get_attribute("data-plot") is None:
                continue
            wanted = {row[0]: dict(zip(table["columns"], row[1:])) for row in table["rows"]}
            chart.focus()
            page.keyboard.press("Home")
            seen = None
            while tip(page) != seen:
                seen = tip(page)
                step, values = seen
                for line, cell in wanted.get(step, {}).items():
                    if cell in ("", "undefined") or line not in values:
                        continue
                    compared += 1
                    if not agree(values[line], cell):
                        problems.append(f"{name}, step {step}, {line}: {values[line]}, in the table {cell}")
                page.keyboard.press("ArrowRight")
            page.keyboard.press("Escape")
            if tip(page) is not None:
                problems.append(f"{name}: Escape does not hide the tip")
            chart.scroll_into_view_if_needed()
            box = chart.bounding_box()
            page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"])
            if tip(page) is None:
                problems.append(f"{name}: the pointer shows no tip")
            page.mouse.move(0, 0)
    for chart in page.locator("svg[data-map]").all():
        if not chart.is_visible():
            continue
        chart.scroll_into_view_if_needed()
        cell = chart.locator(".row path").last.bounding_box()
        page.mouse.move(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2)
        if tip(page) is None:
            problems.append("the pointer shows no tip of a map")
    if compared == 0:
        problems.append("nothing was compared")
    print(f"{path}: {compared} values compared, {len(problems)} problems")
    return problems


def main(paths):
    problems = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        for path in paths:
            page = browser.new_page(viewport={"width": 1000, "height": 900})
            problems += check(page, path)
            page.close()
        browser.close()
    print("\n".join(problems))
    return 1 if problems or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
