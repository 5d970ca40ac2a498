#!/usr/bin/env bash
# Kills the built trust-service and the broker at random under load (kill -9), then compares every accepted
# piece of feedback with feedback.weighted, and every person's count with what they gave.
#   load-tests/trust/kills.sh [KILLS]      default 50
set -euo pipefail
cd "$(dirname "$0")/../.."
./heed build
HEED_KILLS="${1:-50}" mvn -B -q -pl services/trust-service -am verify \
  -Dtest=none -Dit.test=ExactlyOnceIT -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
