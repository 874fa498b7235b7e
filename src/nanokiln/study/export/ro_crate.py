"""A study as a research object (RO-Crate 1.1): its files, its results, and what was made from what.

One folder holds ``ro-crate-metadata.json``, the analysed files under ``files/`` and the results under
``results/``. Each file has its size and SHA-256; each analysis is a ``CreateAction`` with its files, figures
and tables; each finding is a ``PropertyValue`` with value, 90 % interval and unit.
"""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ...core.errors import DataError, InputError
from ...core.files import atomic_path, write_text
from ...core.measurement import SYNTHETIC_MARK
from ...core.sidecar import sidecar_of
from ...techniques import get
from ..survey import content_key
from .studied import File, Studied, dumps

METADATA = "ro-crate-metadata.json"
VERSION = "https://w3id.org/ro/crate/1.1"
NO_LICENCE = "No licence was stated. Ask the authors of the data before you use them."
_TOP = (
    "report.html", "findings.csv", "audit.csv", "claims.csv", "files.csv", "study.xlsx", "study.json",
    "study.toml",
)  # fmt: skip
_TYPES = {
    ".csv": "text/csv", ".json": "application/json", ".html": "text/html", ".png": "image/png",
    ".pdf": "application/pdf", ".svg": "image/svg+xml", ".toml": "application/toml", ".txt": "text/plain",
    ".tif": "image/tiff", ".tiff": "image/tiff", ".xrdml": "application/xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_IDENTIFIER = re.compile(r"(?=.*[A-Z0-9])[A-Za-z0-9][A-Za-z0-9.+-]*")  # as of the SPDX list of licences

Entity = dict[str, Any]


def write_ro_crate(study: Studied, folder: Path, licence: str = "") -> Path:
    """Copy a study into an empty folder and describe it.

    Parameters
    ----------
    study
        The study.
    folder
        Where the crate goes; it is made, or must be empty.
    licence
        An SPDX identifier (``"CC-BY-4.0"``), an address, or words.

    Returns
    -------
    Path
        ``ro-crate-metadata.json``, written last: a folder without it is unfinished.

    Raises
    ------
    InputError
        If `folder` holds something.
    DataError
        If a file is gone or was changed since the study.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            f"'{folder}' is not an empty folder. Give a new one with --out; nothing was replaced."
        )
    for file in study.files:
        file.check()
    inputs = _copy_inputs(study, folder)
    results = _copy_results(study, folder)
    graph = [*_head(study, licence), *inputs.values(), *results.values()]
    graph += _samples(study)
    actions = _actions(study, inputs, results)
    findings = _findings(study)
    root = next(e for e in graph if e["@id"] == "./")
    root["hasPart"] = _refer([*inputs.values(), *results.values()])
    root["mentions"] = _refer(actions)
    root["variableMeasured"] = _refer(findings)
    record = {
        "@context": [f"{VERSION}/context", {"sha256": "https://schema.org/sha256"}],
        "@graph": [*graph, *actions, *findings],
    }
    path = folder / METADATA
    write_text(path, dumps(record))
    return path


def _refer(entities: Sequence[Entity]) -> list[Entity]:
    return [{"@id": e["@id"]} for e in entities]


def _head(study: Studied, licence: str) -> list[Entity]:
    """Return the descriptor, the root, the program and the licence."""
    samples = sorted({f.sample for f in study.files})
    synthetic = any(f.synthetic for f in study.files)
    words = (
        f"{len(study.files)} instrument files of {len(samples)} samples, treated as one study with nanokiln"
    )
    words += f". Some files are {SYNTHETIC_MARK}." if synthetic else "."
    root: Entity = {
        "@id": "./", "@type": "Dataset", "name": study.title, "description": words,
        "datePublished": datetime.now(UTC).date().isoformat(),
        "about": [{"@id": _sample_id(s)} for s in samples],
        "keywords": sorted({get(f.technique).title for f in study.files}),
    }  # fmt: skip
    descriptor = {
        "@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": VERSION}, "about": {"@id": "./"},
    }  # fmt: skip
    versions: Mapping[str, str] = study.record["versions"]
    program = {
        "@id": "#nanokiln", "@type": "SoftwareApplication", "name": "nanokiln",
        "version": versions.get("nanokiln", ""),
        "softwareRequirements": [f"{n} {v}" for n, v in versions.items() if n != "nanokiln"],
    }  # fmt: skip
    entities = [descriptor, root, program]
    if licence.startswith(("http://", "https://")) or _IDENTIFIER.fullmatch(licence):
        address = licence if ":" in licence else f"https://spdx.org/licenses/{licence}"
        entities.append({"@id": address, "@type": "CreativeWork", "name": licence})
        root["license"] = {"@id": address}
    else:
        root["license"] = licence or NO_LICENCE
    return entities


def _sample_id(name: str) -> str:
    return f"#sample-{quote(name, safe='')}"


def _samples(study: Studied) -> list[Entity]:
    return [
        {"@id": _sample_id(name), "@type": "Thing", "name": name}
        for name in sorted({f.sample for f in study.files})
    ]


def _copy(source: Path, folder: Path, name: str, **more: Any) -> Entity:
    """Copy one file into the crate and return its entity."""
    try:
        with atomic_path(folder / name) as temporary:
            shutil.copyfile(source, temporary)
    except FileNotFoundError as error:
        raise DataError(f"'{source}' is gone. Run 'nanokiln study' on the folder again.") from error
    copy = folder / name
    kind = _TYPES.get(copy.suffix.lower(), "application/octet-stream")
    return {
        "@id": quote(name, safe="/"), "@type": "File", "name": Path(name).name, "encodingFormat": kind,
        "contentSize": str(copy.stat().st_size), "sha256": content_key(copy), **more,
    }  # fmt: skip


def _input_name(file: File, study: Studied) -> str:
    return f"files/{file.name}" if not _beside(file, study) else f"results/{file.name}"


def _beside(file: File, study: Studied) -> bool:
    return file.path == study.out / file.name


def _copy_inputs(study: Studied, folder: Path) -> dict[str, Entity]:
    """Copy the analysed files, and the records of simulated ones; return entities by name in the crate."""
    found: dict[str, Entity] = {}
    for file in study.files:
        name = _input_name(file, study)
        if name in found:
            continue
        title = f"{get(file.technique).title} of {file.sample}, {file.format}"
        words = f"{title}. {SYNTHETIC_MARK}" if file.synthetic else title
        found[name] = _copy(
            file.path, folder, name, description=words, about={"@id": _sample_id(file.sample)}
        )
        record = sidecar_of(file.path)
        if record.is_file():
            beside = sidecar_of(Path(name)).as_posix()
            words = f"How {Path(name).name} was simulated"
            found[beside] = _copy(record, folder, beside, description=words)
    return found


def _copy_results(study: Studied, folder: Path) -> dict[str, Entity]:
    """Copy the results; return entities by name in the folder of the results."""
    record = study.record
    names = [n for n in _TOP if (study.out / n).is_file()]
    for group in (*record["groups"], *record["beside"]):
        names += [*group["figures"], *group["tables"]]
    for drawn in record["all_samples"].values():
        names += drawn
    return {n: _copy(study.out / n, folder, f"results/{n}") for n in dict.fromkeys(names)}


def _actions(study: Studied, inputs: Mapping[str, Entity], results: Mapping[str, Entity]) -> list[Entity]:
    """Return what was made from what: the study as a whole, and each analysis."""
    by_file = {(f.name, f.technique, f.sample): inputs[_input_name(f, study)] for f in study.files}
    done = datetime.fromtimestamp((study.out / "study.json").stat().st_mtime, UTC).isoformat(
        timespec="seconds"
    )
    whole = {
        "@id": "#study", "@type": "CreateAction", "name": f"Study '{study.title}'", "endTime": done,
        "instrument": {"@id": "#nanokiln"}, "object": _refer(list(by_file.values())),
        "result": _refer([e for n, e in results.items() if n in _TOP]),
    }  # fmt: skip
    actions = [whole]
    record = study.record
    for technique, drawn in record["all_samples"].items():
        actions.append({
            "@id": f"#all-{technique}", "@type": "CreateAction",
            "name": f"{get(technique).title}, all samples", "instrument": {"@id": "#nanokiln"},
            "object": _refer([e for (_, t, _), e in by_file.items() if t == technique]),
            "result": _refer([results[n] for n in drawn]),
        })  # fmt: skip
    for number, group in enumerate((*record["groups"], *record["beside"]), start=1):
        key = (group["technique"], group["sample"])
        actions.append({
            "@id": f"#analysis-{number}", "@type": "CreateAction",
            "name": f"{get(group['technique']).title} of {group['sample']}",
            "description": f"Choices: {json.dumps(group['choices'], ensure_ascii=False, sort_keys=True)}",
            "instrument": {"@id": "#nanokiln"},
            "object": _refer([by_file[name, *key] for name in group["files"]]),
            "result": _refer([results[n] for n in (*group["figures"], *group["tables"])]),
        })  # fmt: skip
    return actions


def _findings(study: Studied) -> list[Entity]:
    """Return every number that was found."""
    entities = []
    for number, row in enumerate(study.record["findings"], start=1):
        label = f" ({row['label']})" if row["label"] else ""
        words = f"{row['sample']}, {row['technique']}, {row['file']}; {row['evidence']}, {row['origin']}"
        if row["low_90"] is not None:
            words += "; minValue and maxValue are the ends of the 90 % interval"
        entity = {
            "@id": f"#finding-{number}", "@type": "PropertyValue", "name": f"{row['finding']}{label}",
            "description": words, "measurementTechnique": get(row["technique"]).title,
            "unitText": row["unit"],
        }  # fmt: skip
        ends = {"value": row["value"], "minValue": row["low_90"], "maxValue": row["high_90"]}
        entity |= {k: v for k, v in ends.items() if v is not None and math.isfinite(v)}
        entities.append(entity)
    return entities
