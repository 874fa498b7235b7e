"""MkDocs hook: one page of API reference per room of the package, from the files that are there."""

from pathlib import Path

from mkdocs.structure.files import File

SOURCE = Path(__file__).resolve().parents[2] / "src" / "nanokiln"
ORDER = (
    "core",
    "recipe",
    "matter",
    "furnace",
    "assembly",
    "sample",
    "techniques",
    "formats",
    "analysis",
    "measuring",
    "halfcell",
    "study",
    "report",
    "paper",
    "cli",
)


def modules(room: str) -> list[str]:
    """Return the full names of the public modules of a room, packages first."""
    single = SOURCE / f"{room}.py"
    if single.is_file():
        return [f"nanokiln.{room}"]
    found = []
    for path in sorted((SOURCE / room).rglob("*.py")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        whole = (path.parent / "__init__.py").is_file()
        if whole and not any(part.startswith("_") for part in parts):
            found.append(".".join(parts))
    return sorted(found)


def rooms() -> list[str]:
    """Return the rooms in reading order; new ones come last."""
    there = {p.stem for p in SOURCE.iterdir() if (p.suffix == ".py" or (p / "__init__.py").is_file())}
    public = {name for name in there if not name.startswith("_")}
    return [*(name for name in ORDER if name in public), *sorted(public - set(ORDER))]


def on_config(config):
    """Fill the entry 'API reference' of the navigation."""
    for entry in config.nav:
        if "API reference" in entry:
            entry["API reference"] = [{name: f"api/{name}.md"} for name in rooms()]
    return config


def on_files(files, config):
    """Add the generated pages."""
    for name in rooms():
        body = "\n\n".join(f"::: {module}" for module in modules(name))
        text = f"# {name}\n\n{body}\n"
        files.append(File.generated(config, f"api/{name}.md", content=text))
    return files
