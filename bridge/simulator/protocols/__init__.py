"""The stand-ins for the providers, by the names that stand in the gateways' URLs. A new gateway is one more row."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.simulator.protocols.africastalking import AfricasTalking
from bridge.simulator.protocols.africastalking_get import BONGA, CROSSGATE, MSISDN_STYLE
from bridge.simulator.protocols.arkesel import Arkesel
from bridge.simulator.protocols.beem import Beem
from bridge.simulator.protocols.hollatags import HollaTags
from bridge.simulator.protocols.hubtel import Hubtel
from bridge.simulator.protocols.infobip import Infobip
from bridge.simulator.protocols.junebug import Junebug
from bridge.simulator.protocols.moolre import Moolre
from bridge.simulator.protocols.mtn import Mtn
from bridge.simulator.protocols.nalo import Nalo
from bridge.simulator.protocols.nsano import Nsano
from bridge.simulator.protocols.oltranz import Oltranz
from bridge.simulator.protocols.protocol import Call, Over, Protocol

__all__ = ["PROTOCOLS", "Call", "Over", "Protocol"]

PROTOCOLS: Mapping[str, Protocol] = {
    "advanta": MSISDN_STYLE,
    "africastalking": AfricasTalking(),
    "arkesel": Arkesel(),
    "beem": Beem(),
    "bonga": BONGA,
    "crossgate": CROSSGATE,
    "fastmessage": MSISDN_STYLE,
    "hollatags": HollaTags(),
    "hubtel": Hubtel(),
    "infobip": Infobip(),
    "jazaafrica": MSISDN_STYLE,
    "junebug": Junebug(),
    "moolre": Moolre(),
    "mtn": Mtn(),
    "nalo": Nalo(),
    "nsano": Nsano(),
    "oltranz": Oltranz(),
    "speedocom": MSISDN_STYLE,
}
