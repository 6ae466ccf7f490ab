"""Our requests and the sandbox's answers held against Twilio's own OpenAPI document, where it is at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pytest
import requests
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from bridge.taskrouter import TaskRouter
from tests.sandbox.stage import EXTERNAL_ID, Stage

FILE = Path(__file__).parents[3] / "shared" / "specs" / "twilio_taskrouter_v1.json"
pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="put Twilio's twilio_taskrouter_v1.json into ../shared/specs to run this"
)

REQUESTS_WE_MAKE = {
    "CreateTask",
    "ListTask",
    "FetchTask",
    "UpdateTask",
    "ListEvent",
    "FetchWorkspace",
    "FetchWorkflow",
    "FetchTaskChannel",
}


class Specification:
    """Twilio's document: which operation a request is, and what its fields and answers may be."""

    def __init__(self, file: Path) -> None:
        self.document = json.loads(file.read_text("utf-8"))
        self.seen: list[str] = []
        rules = [Rule(path.replace("{", "<").replace("}", ">"), endpoint=path) for path in self.document["paths"]]
        self._paths = Map(rules).bind("taskrouter.twilio.com")

    def operation(self, request: requests.PreparedRequest) -> tuple[dict[str, Any], dict[str, str]]:
        path, values = self._paths.match(urlsplit(request.url or "").path)
        found: dict[str, Any] = self.document["paths"][path][str(request.method).lower()]
        self.seen.append(found["operationId"])
        return found, dict(values)

    def check_request(self, request: requests.PreparedRequest) -> None:
        operation, values = self.operation(request)
        query = dict(parse_qsl(urlsplit(request.url or "").query, strict_parsing=False))
        parameters = {one["name"]: one["schema"] for one in operation["parameters"]}
        for name, value in (values | query).items():
            assert name in parameters, f"{name} is no parameter of {operation['operationId']}"
            self.check(_read(value, parameters[name]), parameters[name])
        if request.body:
            self._check_form(str(request.body), operation)

    def _check_form(self, body: str, operation: dict[str, Any]) -> None:
        content = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]
        fields = content["schema"]["properties"]
        form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
        assert form.keys() <= fields.keys()
        self.check({name: _read(value, fields[name]) for name, value in form.items()}, content["schema"])

    def check_answer(self, response: requests.Response) -> None:
        operation, _ = self.operation(response.request)
        described = operation["responses"][str(response.status_code)]
        if "content" in described:
            schema = described["content"]["application/json"]["schema"]
            self.check(response.json(), schema)
            assert set(response.json()) <= set(self._whole(schema)["properties"])

    def check(self, value: object, schema: dict[str, Any]) -> None:
        whole = _null_allowed({"components": self.document["components"], **schema})
        jsonschema.Draft202012Validator(whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(
            value
        )

    def _whole(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        found: dict[str, Any] = self.document["components"]["schemas"][name] if name else schema
        return found


@pytest.fixture
def specification(monkeypatch: pytest.MonkeyPatch) -> Specification:
    """Looks on as requests leave and answers come in."""
    looking_on = Specification(FILE)
    send = requests.Session.send

    def checked(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        looking_on.check_request(request)
        response = send(session, request, **more)
        if response.ok:
            looking_on.check_answer(response)
        return response

    monkeypatch.setattr(requests.Session, "send", checked)
    return looking_on


def test_all_that_we_send_and_all_that_the_sandbox_answers_is_as_twilio_describes_it(
    stage: Stage, specification: Specification
) -> None:
    router = stage.router
    made = router.create(stage.order())
    assert made.kind == router.find(EXTERNAL_ID).kind == "done"
    assert router.update(made.task_sid or "", '{"a":1}').kind == "done"
    assert router.fetch(made.task_sid or "").kind == "done"
    _look_into_events(stage, router)
    assert router.findings([stage.world.seeds.workflow_sid], ["ussd", "voice"]) == []
    assert set(specification.seen) == REQUESTS_WE_MAKE


def _look_into_events(stage: Stage, router: TaskRouter) -> None:
    now = datetime.fromtimestamp(stage.clock(), UTC)
    minute = timedelta(minutes=1)
    assert router.created_between(EXTERNAL_ID, now - minute, now + minute).kind == "done"


@pytest.mark.parametrize(
    "path", ["Workflows", "TaskQueues", "TaskChannels", "Workers", "Activities", "Events", "Tasks"]
)
def test_each_list_and_each_of_its_entries_is_as_twilio_describes_it(
    stage: Stage, specification: Specification, path: str
) -> None:
    stage.create()
    body = stage.call("GET", f"/{path}").json()
    first = body[body["meta"]["key"]][0]
    assert stage.call("GET", f"/{path}/{first['sid']}").json() == first
    assert stage.call("GET", f"/{path}?PageSize=1").json()["meta"]["page_size"] == 1


def test_what_can_be_made_is_as_twilio_describes_it(stage: Stage, specification: Specification) -> None:
    made = [
        stage.call("POST", "/TaskChannels", data={"FriendlyName": "Letters", "UniqueName": "letters"}),
        stage.call("POST", "/TaskQueues", data={"FriendlyName": "Night", "TargetWorkers": "1==1"}),
        stage.call("POST", "/Workers", data={"FriendlyName": "amina", "Attributes": "{}"}),
        stage.call("POST", "/Workflows", data={"FriendlyName": "Nights", "Configuration": "{}"}),
        stage.call("POST", "/Activities", data={"FriendlyName": "Break", "Available": "false"}),
    ]
    assert [answer.status_code for answer in made] == [201] * 5


def test_the_check_itself_can_fail(stage: Stage, specification: Specification) -> None:
    with pytest.raises(AssertionError, match="Nonsense"):
        stage.call("GET", "/Tasks?Nonsense=1")
    with pytest.raises(jsonschema.ValidationError):
        stage.call("GET", "/Tasks?PageSize=1001")
    with pytest.raises(jsonschema.ValidationError):
        stage.create(WorkflowSid="WWx")
    with pytest.raises(NotFound):
        stage.call("GET", "/Nothing")
    task = {"$ref": "#/components/schemas/taskrouter.v1.workspace.task"}
    wrong_tasks: list[dict[str, object]] = [{"sid": "WTx"}, {"priority": "x"}, {"assignment_status": "x"}]
    for wrong in wrong_tasks:
        with pytest.raises(jsonschema.ValidationError):
            specification.check(wrong, task)


def _read(value: str, schema: dict[str, Any]) -> object:
    """A form or query value as the type that the schema says."""
    kind = schema.get("type")
    if kind == "integer" and value.lstrip("-").isdigit():
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return [value] if kind == "array" else value


def _null_allowed(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`; JSON Schema wants null among the types."""
    if isinstance(schema, list):
        return [_null_allowed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    whole = {name: _null_allowed(one) for name, one in schema.items()}
    if whole.get("nullable") is True and isinstance(whole.get("type"), str):
        whole["type"] = [whole["type"], "null"]
    return whole
