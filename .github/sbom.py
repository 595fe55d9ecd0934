"""Writes an SPDX 2.3 document of the packages that NuGet lock files name: sbom.py VERSION LOCK..."""
import base64
import hashlib
import json
import os
import pathlib
import sys
from datetime import datetime, timezone


def packages(locks):
    """Every locked package once, with the digest that the lock file pins."""
    found = {}
    for lock in locks:
        for target in json.loads(pathlib.Path(lock).read_text(encoding="utf-8"))["dependencies"].values():
            for name, entry in target.items():
                if entry["type"] != "Project":
                    found[name, entry["resolved"]] = base64.b64decode(entry["contentHash"]).hex()
    return sorted(found.items())


def document(version, locks):
    created = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), timezone.utc)
    listed = [
        {
            "SPDXID": f"SPDXRef-Package-{index}",
            "name": name,
            "versionInfo": resolved,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "checksums": [{"algorithm": "SHA512", "checksumValue": digest}],
            "externalRefs": [{
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": f"pkg:nuget/{name}@{resolved}",
            }],
        }
        for index, ((name, resolved), digest) in enumerate(packages(locks))
    ]
    product = {
        "SPDXID": "SPDXRef-Product",
        "name": "SigningAction",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
    }
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-Product")]
    relations += [("SPDXRef-Product", "DEPENDS_ON", package["SPDXID"]) for package in listed]
    namespace = hashlib.sha256(json.dumps([version, listed]).encode()).hexdigest()
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"SigningAction {version}",
        "documentNamespace": f"urn:sha256:{namespace}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: sbom.py"]},
        "packages": [product, *listed],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other} for one, kind, other in relations
        ],
    }


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    json.dump(document(sys.argv[1], sys.argv[2:]), sys.stdout, indent=2)
    print()
