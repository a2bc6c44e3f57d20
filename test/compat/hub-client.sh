#!/bin/sh
# Talks to a running gateway with the stock Hugging Face client, changed in nothing but its endpoint.
#
#   test/compat/hub-client.sh [GATEWAY_URL]          default http://127.0.0.1:8080
#
# Uses the Python given in HF_PYTHON, else python3, which must have huggingface_hub (pip install huggingface_hub).
set -eu
export HF_ENDPOINT="${1:-http://127.0.0.1:8080}"
export HF_HUB_DISABLE_TELEMETRY=1
python="${HF_PYTHON:-python3}"
exec "$python" "$(dirname "$0")/hub_client.py"
