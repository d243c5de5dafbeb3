"""Prepares the guide, which is plain Markdown with relative links, for DocC, and the landing page of the whole site.

usage: python3 Scripts/guide.py catalog DIRECTORY    writes the guide as a DocC catalogue
       python3 Scripts/guide.py site SITE            puts the guide's overview on the landing page of the merged
                                                     site, and sends pages opened from a file to the root
"""

import json
import pathlib
import re
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
GUIDE = ROOT / "Sources/mnist-bilstm/Guide.docc"
# Pages of the guide that are files elsewhere in the repository, where readers of the repository look for them.
ELSEWHERE = {"Speed": ROOT / "Benchmarks/README.md"}
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def fail(message):
    sys.exit(f"guide: {message}")


def docc_link(match, page):
    """A link as DocC resolves it: to a page of the guide, to a page of a module, or, for other files, the text alone."""
    mark, text, target = match.groups()
    if ":" in target:
        return match.group()
    path = (page.parent / target).resolve()
    if not path.exists():
        fail(f"{page.relative_to(ROOT)}: no file at the link {target}")
    if mark:
        return f"![{text}]({path.name})"
    for name, file in ELSEWHERE.items():
        if path == file:
            return f"[{text}](doc:{name})"
    if path.suffix == ".md" and path.parent == GUIDE:
        return f"[{text}](doc:{path.stem})"
    if path.suffix == ".md" and path.parent.suffix == ".docc":
        module = path.parent.stem
        pages = [module] if path.stem == module else [module, path.stem]
        return f"[{text}](/documentation/{'/'.join(pages).lower()})"
    return text


def write_catalog(directory):
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(GUIDE, directory)
    pages = {file.stem: file for file in GUIDE.glob("*.md")} | ELSEWHERE
    for name, file in pages.items():
        text = LINK.sub(lambda match: docc_link(match, file), file.read_text(encoding="utf-8"))
        (directory / f"{name}.md").write_text(text, encoding="utf-8")


def write_landing(site):
    guide = json.loads((site / "data/documentation/guide.json").read_text(encoding="utf-8"))
    file = site / "data/documentation.json"
    landing = json.loads(file.read_text(encoding="utf-8"))
    landing["abstract"] = guide["abstract"]
    landing["primaryContentSections"] = guide["primaryContentSections"]
    landing["references"] = guide["references"] | landing["references"]
    for section in landing["topicSections"]:
        section["identifiers"].sort(key=lambda identifier: not identifier.startswith("doc://Guide/"))
    file.write_text(json.dumps(landing, ensure_ascii=False), encoding="utf-8")


def send_files_to_root(site):
    """A page that is opened from a file stays empty; the root of the site says what to do."""
    for page in (site / "documentation").rglob("index.html"):
        root = "../" * len(page.parent.relative_to(site).parts) + "index.html"
        script = f'<script>if (location.protocol === "file:") location.replace("{root}")</script>'
        html = page.read_text(encoding="utf-8")
        if "<head>" not in html:
            fail(f"{page}: no <head>")
        page.write_text(html.replace("<head>", "<head>" + script, 1), encoding="utf-8")


def finish_site(site):
    write_landing(site)
    send_files_to_root(site)


commands = {"catalog": write_catalog, "site": finish_site}
if len(sys.argv) != 3 or sys.argv[1] not in commands:
    fail("usage: python3 Scripts/guide.py catalog|site DIRECTORY")
commands[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve())
