"""The OpenTelemetry collector inside a build: how it is fetched, checked, configured, started and stopped.

A CodeBuild project has no setting for tracing: what a build does is traced by its tools, which send spans to this
collector, and the collector sends them to X-Ray with the build's role. The X-Ray daemon and SDKs are in maintenance
since February 2026 and take no part in it.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.160.0"
_RELEASES: Final = "https://github.com/open-telemetry/opentelemetry-collector-releases/releases/download"
# SHA-256 of the archives, as published beside them in the release.
_ARCHIVES: Final = {
    "x86_64": ("amd64", "7bb60c584c241c86261c2b8697cd3725dd8c56691f5ad5d98454eaa005b47b0c"),
    "arm64": ("arm64", "bff414e6a287309dfd0c51350c1e13c96c4ab807127b4320bd684f605e781326"),
}
_ENDPOINT: Final = "http://127.0.0.1:4318"

# One line is one command of sh. A build must not fail for want of its traces, so none of these can, whatever becomes of
# the collector. X-Ray wants the time in the first eight digits of a trace's ID.
_START: Final = """\
curl --fail --silent --show-error --location --retry 3 --output /tmp/otelcol.tar.gz '{url}' || true
echo '{digest}  /tmp/otelcol.tar.gz' | sha256sum --check --quiet \
&& tar --extract --gzip --file /tmp/otelcol.tar.gz --directory /tmp otelcol-contrib \
|| echo 'This build is not traced: the collector is missing, or is not the one that was asked for.'
if [ -x /tmp/otelcol-contrib ]; then \
nohup /tmp/otelcol-contrib --config=env:OTELCOL_CONFIG > /tmp/otelcol.log 2>&1 & echo $! > /tmp/otelcol.pid; fi
export TRACE_ID="$(printf %08x "$(date +%s)")$(od -An -N12 -tx1 /dev/urandom | tr -d '[:space:]')"
export SPAN_ID="$(od -An -N8 -tx1 /dev/urandom | tr -d '[:space:]')"
export TRACEPARENT="00-$TRACE_ID-$SPAN_ID-01"
"""

# The span of the build as a whole, above those of its tools; then everything is sent before the machine goes.
_STOP: Final = """\
printf '{"traceId": "%s", "spanId": "%s", "name": "build", "kind": 2, "startTimeUnixNano": "%s000000", \
"endTimeUnixNano": "%s000000000", "status": {"code": %s}}' \
"$TRACE_ID" "$SPAN_ID" "$CODEBUILD_START_TIME" "$(date +%s)" "$((2 - CODEBUILD_BUILD_SUCCEEDING))" > /tmp/otelcol.span
printf '{"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "%s"}}]}, \
"scopeSpans": [{"spans": [%s]}]}]}' "$OTEL_SERVICE_NAME" "$(cat /tmp/otelcol.span)" > /tmp/otelcol.json
curl --silent --max-time 10 --output /dev/null --header 'Content-Type: application/json' --data @/tmp/otelcol.json \
{endpoint}/v1/traces || true
if [ -f /tmp/otelcol.pid ]; then kill "$(cat /tmp/otelcol.pid)"; \
timeout 10 tail --follow --pid="$(cat /tmp/otelcol.pid)" /dev/null; fi || true
"""

_CONFIG: Final = """\
receivers:
  otlp:
    protocols:
      grpc: {{endpoint: "127.0.0.1:4317"}}
      http: {{endpoint: "127.0.0.1:4318"}}
processors:
  batch: {{}}
exporters:
  awsxray: {{region: {region}, telemetry: {{enabled: true}}}}
extensions:
  awsproxy: {{endpoint: "127.0.0.1:2000", region: {region}}}
service:
  extensions: [awsproxy]
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], processors: [batch], exporters: [awsxray]}}
"""


def start(architecture: str, mirror: str | None) -> list[str]:
    """Return the commands that fetch and start the collector, and begin the build's trace.

    Args:
        architecture: `x86_64` or `arm64`.
        mirror: folder of the archive; None for the release itself.
    """
    machine, digest = _ARCHIVES[architecture]
    file = f"otelcol-contrib_{VERSION}_linux_{machine}.tar.gz"
    url = f"{mirror.rstrip('/')}/{file}" if mirror else f"{_RELEASES}/v{VERSION}/{file}"
    return _START.replace("{url}", url).replace("{digest}", digest).splitlines()


def stop() -> list[str]:
    """Return the commands that send the build's own span and stop the collector."""
    return _STOP.replace("{endpoint}", _ENDPOINT).splitlines()


def config(region: str) -> str:
    """Return the collector's configuration: what comes in by OTLP goes to X-Ray."""
    return _CONFIG.format(region=region)


def variables(service: str, attributes: dict[str, str], sampling_percent: int) -> dict[str, str]:
    """Return the variables by which OpenTelemetry's SDKs find the collector.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

    Args:
        service: name of the service that the spans are of.
        attributes: of the resource that the spans are of.
        sampling_percent: of the traces that begin in the build.
    """
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": _ENDPOINT,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_RESOURCE_ATTRIBUTES": ",".join(f"{key}={value}" for key, value in sorted(attributes.items())),
        "OTEL_SERVICE_NAME": service,
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": f"{sampling_percent / 100:g}",
    }
