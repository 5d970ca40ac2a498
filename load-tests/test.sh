# Sourced by heed: everything that proves Heed works. Installs what it needs, or says exactly what to install.

need_browser() {
  export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
  HEED_CHROMIUM="${HEED_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
  if [ -z "$HEED_CHROMIUM" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing chromium for the page's tests ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 || true
    HEED_CHROMIUM="$(command -v chromium || true)"
  fi
  [ -n "$HEED_CHROMIUM" ] || fail "the page's tests need a browser: install chromium (apt-get install chromium) or set HEED_CHROMIUM to one."
  export HEED_CHROMIUM
}

# The official OpenAI client, in an environment of its own.
need_openai_client() {
  local venv="$HEED_HOME/target/openai-client"
  if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import openai' 2>/dev/null; then
    echo "Installing the openai package for its test ..."
    python3 -m venv "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check 'openai>=1.50,<3' \
      || fail "the API's test needs Python 3 with venv and pip: install them (apt-get install python3-venv python3-pip)."
  fi
}

# What of the trainer needs no PyTorch, which is 6 GB on the disk: rows, usage, measures, safety correction, adapter files. All of it: load-tests/trainer.sh.
need_light_trainer() {
  local venv="$HEED_HOME/target/trainer-light"
  [ ! -f "$venv/complete" ] || return 0
  echo "Installing what the trainer's light tests need ..."
  { rm -rf "$venv" && python3 -m venv "$venv" && grep -E '^(numpy|onnxruntime|tokenizers)==' "$HEED_HOME/trainer/requirements.txt" \
    | xargs "$venv/bin/pip" install -q --disable-pip-version-check pytest==9.2.0 && touch "$venv/complete"; } \
    || fail "the trainer's tests need Python 3.11 or newer with venv and pip: install them (apt-get install python3-venv python3-pip)."
}

# Renders k8s/: kubectl's own kustomize, or one built from its Go module.
need_kustomize() {
  export HEED_KUSTOMIZE="${HEED_KUSTOMIZE:-$(command -v kustomize || true)}"
  [ -n "$HEED_KUSTOMIZE" ] || ! kubectl kustomize --help >/dev/null 2>&1 || return 0
  if [ -z "$HEED_KUSTOMIZE" ]; then
    HEED_KUSTOMIZE="$HEED_HOME/target/tools/kustomize"
    if [ ! -x "$HEED_KUSTOMIZE" ]; then
      command -v go >/dev/null 2>&1 || fail "the manifests' test needs kubectl or kustomize on the PATH (or Go, to build kustomize)."
      echo "Installing kustomize for the manifests' test ..."
      GOBIN="$HEED_HOME/target/tools" GOFLAGS=-buildvcs=false go install sigs.k8s.io/kustomize/kustomize/v5@v5.6.0 >/dev/null 2>&1 \
        || fail "kustomize could not be built; put kubectl or kustomize on the PATH."
    fi
  fi
}

# Compose, for docker-compose.yml: the docker client's plugin, or Debian's package.
need_compose() {
  if docker compose version >/dev/null 2>&1; then
    export HEED_COMPOSE="docker compose"
    return
  fi
  if ! command -v docker-compose >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing docker-compose for the check of docker-compose.yml ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker-compose; } >/dev/null 2>&1 || true
  fi
  command -v docker-compose >/dev/null 2>&1 || fail "the check of docker-compose.yml needs Compose: install it (apt-get install docker-compose, or docker's compose plugin)."
  export HEED_COMPOSE=docker-compose
}

# The manifests against a real API server, where one was built (load-tests/apiserver/dry-run.sh; ten minutes are too long for each run).
dry_run() {
  [ -x "$HEED_HOME/target/tools/kube-apiserver" ] || return 0
  echo "Applying the manifests to a real API server (server-side dry run) ..."
  "$HEED_HOME/load-tests/apiserver/dry-run.sh" || fail "the API server does not take the manifests."
}

# Prometheus and promtool, for the rules' and dashboards' tests.
need_prometheus() {
  if ! command -v prometheus >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing prometheus for the rules' and dashboards' tests ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends prometheus; } >/dev/null 2>&1 || true
  fi
  command -v promtool >/dev/null 2>&1 || fail "the rules' tests need prometheus and promtool: install them (apt-get install prometheus)."
}

test_trainer() {
  echo "Testing the trainer ..."
  (cd "$HEED_HOME/trainer" && "$HEED_HOME/target/trainer-light/bin/python" -m pytest -q tests/test_rows.py tests/test_safety.py) || fail "the trainer's tests failed."
}

need_all() {
  need_openai_client
  need_light_trainer
  need_browser
  need_compose
  need_prometheus
  need_kustomize
}

# What was built and whose format was checked above is neither built nor checked again.
verify() { maven verify -Dquarkus.build.skip=true -Dspotless.check.skip=true "$@"; }

run_tests() {
  # Downloads wait for the network while the build works; what is there then is found at once.
  need_all &
  local installing=$!
  build
  wait "$installing" || exit 1
  need_all
  build_gatling
  test_trainer
  # What all rest on waits more than it works, so it is tested while the model is imported.
  verify -pl shared-schemas,services/local-broker -am "$@" &
  local libraries=$!
  trap "kill $libraries 2>/dev/null || true" EXIT
  echo "Fetching the default model if it is not there ..."
  HEED_MODEL="$("$HEED_HOME/heed" fetch)" || exit 1
  unpack_gguf "$HEED_MODEL"
  wait "$libraries" || return 1
  export HEED_NO_BUILD=1
  export HEED_PYTHON="$HEED_HOME/target/openai-client/bin/python"
  export HEED_ONNX_PYTHON="$HEED_HOME/target/trainer-light/bin/python"
  export HEED_MODEL HEED_GGUF="$GGUF" HEED_SAFETY_MODEL="$HEED_HOME/models/safety/classifier"
  # The first compiler alone: the stacks of tests live too short for the second one's work to pay.
  export HEED_JAVA_OPTS="-XX:TieredStopAtLevel=1"
  "$HEED_HOME/heed" aot >"$HEED_HOME/target/aot.log" 2>&1 &
  local aot=$!
  trap "kill $aot 2>/dev/null || true" EXIT
  # Services wait more than they work in their tests, so two are tested at a time; the whole stack has the machine for itself.
  # Both take what was built above: jars made anew would be others than those the AOT caches are made of.
  verify -T 2 -Dheed.libraries-are-tested=true -Dheed.stack-is-tested-later=true -pl '!services/local-stack' "$@" || return 1
  wait "$aot" || { echo "No AOT caches, so the whole stack's tests take longer:"; tail -n 5 "$HEED_HOME/target/aot.log"; }
  verify -Dheed.libraries-are-tested=true -Dheed.load-tests-are-tested=true -pl services/local-stack,load-tests -am "$@" && dry_run
}
