"""Every server-run gateway, by the name that stands in its URL. A new one is one more row (docs/add-a-gateway.md)."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.gateways.africastalking import AfricasTalking
from bridge.gateways.africastalking_get import Advanta, Bonga, Crossgate, FastMessage, JazaAfrica, SpeedoCom
from bridge.gateways.arkesel import Arkesel
from bridge.gateways.base import Gateway
from bridge.gateways.beem import Beem
from bridge.gateways.hollatags import HollaTags
from bridge.gateways.hubtel import Hubtel
from bridge.gateways.infobip import Infobip
from bridge.gateways.junebug import Junebug
from bridge.gateways.moolre import Moolre
from bridge.gateways.mtn import Mtn
from bridge.gateways.nalo import Nalo
from bridge.gateways.nsano import Nsano
from bridge.gateways.oltranz import Oltranz

GATEWAYS: Mapping[str, Gateway] = {
    "advanta": Advanta(),
    "africastalking": AfricasTalking(),
    "arkesel": Arkesel(),
    "beem": Beem(),
    "bonga": Bonga(),
    "crossgate": Crossgate(),
    "fastmessage": FastMessage(),
    "hollatags": HollaTags(),
    "hubtel": Hubtel(),
    "infobip": Infobip(),
    "jazaafrica": JazaAfrica(),
    "junebug": Junebug(),
    "moolre": Moolre(),
    "mtn": Mtn(),
    "nalo": Nalo(),
    "nsano": Nsano(),
    "oltranz": Oltranz(),
    "speedocom": SpeedoCom(),
}
