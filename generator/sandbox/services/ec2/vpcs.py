"""VPCs in the sandbox: flow logs may go to a folder of a bucket, and a NAT gateway takes its interface along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.responses.flow_logs import FlowLogs as Responses

from generator.sandbox.seams import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.core.responses import ActionResult
    from moto.ec2.models.flow_logs import FlowLogs
    from moto.ec2.models.nat_gateways import NatGateway

    Made = tuple[list[FlowLogs], list[Any]]


def install() -> None:
    """Answer these calls from here on."""
    wrap(FlowLogsBackend, "create_flow_logs", _in_a_folder)
    wrap(Responses, "create_flow_logs", _with_options)
    wrap(NatGatewayBackend, "delete_nat_gateway", _with_its_interface)


def _in_a_folder(otherwise: Callable[..., Made]) -> Callable[..., Made]:
    def create_flow_logs(backend: FlowLogsBackend, **settings: Any) -> Made:  # noqa: ANN401  # moto's settings
        destination: str = settings.get("log_destination") or ""
        if settings.get("log_destination_type") != "s3":
            return otherwise(backend, **settings)
        # moto looks for a bucket of the whole name.
        bucket = destination.partition("/")[0]
        made, failed = otherwise(backend, **(settings | {"log_destination": bucket}))
        for flow_log in made:
            flow_log.log_destination = destination
        return made, failed

    return create_flow_logs


def _with_options(otherwise: Callable[[Responses], ActionResult]) -> Callable[[Responses], ActionResult]:
    def create_flow_logs(response: Responses) -> ActionResult:
        answer = otherwise(response)
        options = response._get_param("DestinationOptions")  # noqa: SLF001  # moto's way to parameters
        made: Any = answer.result
        for number in made["FlowLogIds"]:
            flow_log: Any = response.ec2_backend.flow_logs[number]
            flow_log.destination_options = options
        return answer

    return create_flow_logs


def _with_its_interface(otherwise: Callable[..., NatGateway]) -> Callable[..., NatGateway]:
    def delete_nat_gateway(backend: Any, nat_gateway_id: str) -> NatGateway:  # noqa: ANN401  # moto's backend of all of EC2
        gateway = otherwise(backend, nat_gateway_id)
        interface = gateway._eni  # noqa: SLF001  # it has no other way
        for address in backend.addresses:
            if address.eni is interface:
                backend.disassociate_address(association_id=address.association_id)
        backend.enis.pop(interface.id, None)
        return gateway

    return delete_nat_gateway
