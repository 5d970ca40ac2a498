#!/usr/bin/env python3
"""Makes the schemas that ManifestsTest and ComposeTest validate against, small enough to keep here.

Needs Go (for the modules) and a checkout of Strimzi; run it only to move to newer versions:

    python3 make.py STRIMZI_CHECKOUT_OR_GIT_DIR

Descriptions are dropped, and objects are closed (an unknown field is an error), which is what the API server does with
fieldValidation=Strict. Sources, all Apache-2.0: the Go modules k8s.io/kubernetes, github.com/kedacore/keda/v2,
github.com/prometheus-operator/prometheus-operator, github.com/compose-spec/compose-go/v2, and Strimzi's install/ folder.
"""

import json
import pathlib
import subprocess
import sys

import yaml

KUBERNETES = "k8s.io/kubernetes@v1.34.2"
KEDA = "github.com/kedacore/keda/v2@v2.21.0"
OPERATOR = "github.com/prometheus-operator/prometheus-operator@v0.85.0"
COMPOSE = "github.com/compose-spec/compose-go/v2@v2.16.2"
KINDS = {
    "io.k8s.api.apps.v1": ["Deployment", "StatefulSet"],
    "io.k8s.api.core.v1": ["Namespace", "Service", "ServiceAccount", "ConfigMap", "PersistentVolumeClaim"],
    "io.k8s.api.policy.v1": ["PodDisruptionBudget"],
    "io.k8s.api.networking.v1": ["NetworkPolicy", "Ingress"],
    "io.k8s.api.batch.v1": ["Job"],
}
HERE = pathlib.Path(__file__).parent


def module(name):
    out = subprocess.run(["go", "mod", "download", "-json", name], check=True, capture_output=True, text=True).stdout
    return pathlib.Path(json.loads(out)["Dir"])


def slim(node):
    """Drops what validates nothing, closes objects, and turns Kubernetes' own extensions into JSON schema."""
    if isinstance(node, list):
        return [slim(n) for n in node]
    if not isinstance(node, dict):
        return node
    if node.get("x-kubernetes-int-or-string") or node.get("format") == "int-or-string":
        return {"type": ["integer", "string"]}
    out = {}
    for key, value in node.items():
        if key == "properties":
            out[key] = {name: slim(schema) for name, schema in value.items()}
        elif key in ("description", "format", "default", "example") or key.startswith("x-kubernetes-"):
            continue
        else:
            out[key] = slim(value)
    open_object = node.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in node
    if "properties" in out and not open_object:
        out["additionalProperties"] = False
    return out


def kubernetes():
    swagger = json.loads((module(KUBERNETES) / "api/openapi-spec/swagger.json").read_text())["definitions"]
    wanted = [f"{group}.{kind}" for group, kinds in KINDS.items() for kind in kinds]
    kept = {}
    while wanted:
        name = wanted.pop()
        if name in kept:
            continue
        if name.endswith("util.intstr.IntOrString"):
            kept[name] = {"type": ["integer", "string"]}
        elif name.endswith("api.resource.Quantity"):
            kept[name] = {"type": ["number", "string"]}
        else:
            kept[name] = slim(swagger[name])
        wanted += [ref.split("/")[-1] for ref in refs(kept[name])]
    return {"definitions": dict(sorted(kept.items()))}


def refs(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def strimzi(where, file):
    path = f"install/cluster-operator/{file}"
    if (pathlib.Path(where) / path).exists():
        return (pathlib.Path(where) / path).read_text()
    return subprocess.run(["git", "-C", where, "show", "HEAD:" + path], check=True, capture_output=True, text=True).stdout


def without_descriptions(node):
    """The schema as the API server takes it, its rules in CEL included."""
    if isinstance(node, list):
        return [without_descriptions(n) for n in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: without_descriptions(schema) for name, schema in value.items()}
        if key == "properties"
        else without_descriptions(value)
        for key, value in node.items()
        if key != "description"
    }


def definition(crd):
    """A CustomResourceDefinition with the stored version only, for load-tests/apiserver."""
    spec = crd["spec"]
    version = dict(next(v for v in spec["versions"] if v.get("storage")))
    version["schema"] = {"openAPIV3Schema": without_descriptions(version["schema"]["openAPIV3Schema"])}
    return {
        "apiVersion": crd["apiVersion"],
        "kind": crd["kind"],
        "metadata": {"name": crd["metadata"]["name"], "annotations": crd["metadata"].get("annotations", {})},
        "spec": {k: spec[k] for k in ("group", "names", "scope")} | {"versions": [version]},
    }


def crds(strimzi_at):
    return {kind: slim(version["schema"]["openAPIV3Schema"]) for kind, version in stored(strimzi_at)}


def stored(strimzi_at):
    for crd in crd_sources(strimzi_at):
        spec = crd["spec"]
        version = next(v for v in spec["versions"] if v.get("storage"))
        yield f"{spec['group']}/{version['name']}/{spec['names']['kind']}", version


def crd_sources(strimzi_at):
    keda, operator = module(KEDA), module(OPERATOR)
    texts = [
        strimzi(strimzi_at, f)
        for f in ("040-Crd-kafka.yaml", "043-Crd-kafkatopic.yaml", "044-Crd-kafkauser.yaml", "045-Crd-kafkanodepool.yaml")
    ]
    texts += [(keda / f"config/crd/bases/keda.sh_{n}.yaml").read_text() for n in ("scaledobjects", "triggerauthentications")]
    texts += [
        (operator / f"example/prometheus-operator-crd/monitoring.coreos.com_{n}.yaml").read_text()
        for n in ("podmonitors", "prometheusrules")
    ]
    return [yaml.safe_load(text) for text in texts]


def write(name, value):
    (HERE / name).write_text(json.dumps(value, separators=(",", ":"), sort_keys=True) + "\n")
    print(name, (HERE / name).stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make.py STRIMZI_CHECKOUT_OR_GIT_DIR")
    write("kubernetes.json", kubernetes())
    write("crds.json", crds(sys.argv[1]))
    definitions = [definition(crd) for crd in crd_sources(sys.argv[1])]
    write("../apiserver/crds.json", {"apiVersion": "v1", "kind": "List", "items": definitions})
    compose = json.loads((module(COMPOSE) / "schema/compose-spec.json").read_text())
    compose.pop("$id", None)  # no URI, which validators refuse
    write("compose-spec.json", compose)
