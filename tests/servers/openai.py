"""A loopback server that speaks OpenAI's protocol, and answers as it is told.

    with serve(lambda asked: called("B")) as server:
        ...                                  OPENAI's client at server.url
        server.asked                         the requests so far

What answers is a function from a request to a reply: a scripted one, or `behind(MODEL)`, which
lets any model of Inspect's answer (the benchmarks put the embedded one there).
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Request = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the server sends back."""

    body: dict[str, Any]
    status: int = 200


Answer = Callable[[Request], Reply]


@dataclass
class Server:
    """A server at work."""

    url: str
    """As a client's base URL."""
    asked: list[Request] = field(default_factory=list)
    """Every request so far."""

    def env(self, service: str = "loopback") -> dict[str, str]:
        """What makes Inspect's `openai-api/SERVICE/...` ask here."""
        return {f"{service.upper()}_API_KEY": "none", f"{service.upper()}_BASE_URL": self.url}


@contextmanager
def serve(answer: Answer) -> Iterator[Server]:
    """A server on a free port of this machine, closed at the end."""
    server = Server("")
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server, answer))
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def said(
    words: str,
    *,
    tokens: Sequence[tuple[str, Mapping[str, float]]] | None = None,
    finish: str = "stop",
) -> Reply:
    """An answer in words.

    Args:
        words: The words.
        tokens: Each token with the log-probabilities of what could have stood there.
        finish: Why it ended.
    """
    return _completion({"role": "assistant", "content": words}, finish, tokens)


def called(option: str, reason: str = "Because.", *, tool: str = "choose") -> Reply:
    """An answer by a call of the tool `choose`."""
    arguments = json.dumps({"option": option, "reason": reason})
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": tool, "arguments": arguments},
    }
    return _completion({"role": "assistant", "content": None, "tool_calls": [call]}, "tool_calls")


def failed(status: int, message: str = "no", *, code: str | None = None) -> Reply:
    """An error of the service's."""
    return Reply({"error": {"message": message, "type": "error", "code": code}}, status)


def is_menu(request: Request) -> bool:
    """Whether a request asks for a choice (or for a better answer), and is no ping."""
    return "A. " in json.dumps(request["messages"])


def menu_of(request: Request) -> dict[str, str]:
    """Letter to text, of the last menu in a request."""
    words = next(
        message["content"]
        for message in reversed(request["messages"])
        if message["role"] == "user" and "A. " in message["content"]
    )
    return {line[0]: line[3:] for line in words.splitlines() if line[1:3] == ". "}


def behind(model: str, *, most_tokens: int) -> Answer:
    """Let a model of Inspect's answer, in so many tokens at most; tools are not passed on.

    It has a loop of its own, and is asked past Inspect's queues, which belong to other loops.
    """
    from inspect_ai.model import ChatMessage, GenerateConfig, get_model
    from pydantic import TypeAdapter

    messages: TypeAdapter[list[ChatMessage]] = TypeAdapter(list[ChatMessage])
    api = get_model(model, memoize=False).api
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def generate(request: Request) -> Reply:
        asked = messages.validate_python([_plain(each) for each in request["messages"]])
        most = min(request.get("max_tokens") or most_tokens, most_tokens)
        config = GenerateConfig(max_tokens=most, temperature=request.get("temperature"))
        found = await api.generate(asked, [], "none", config)
        output = found[0] if isinstance(found, tuple) else found
        if isinstance(output, Exception):
            raise output
        reply = said(output.completion)
        if output.usage:
            used = output.usage
            reply.body["usage"] = _usage(used.input_tokens, used.output_tokens)
        return reply

    def answer(request: Request) -> Reply:
        return asyncio.run_coroutine_threadsafe(generate(request), loop).result()

    return answer


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as Inspect's; of a call that a vignette contains only its result is read."""
    kept = {key: message[key] for key in ("role", "tool_call_id") if key in message}
    return {**kept, "content": message.get("content") or ""}


def _handler(server: Server, answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"  # closes after each answer: a client leaves no socket behind

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append(request)
            reply = answer(request)
            body = json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-should-retry", "false")  # tests wait for no client
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _completion(
    message: dict[str, Any],
    finish: str,
    tokens: Sequence[tuple[str, Mapping[str, float]]] | None = None,
) -> Reply:
    choice = {"index": 0, "message": message, "finish_reason": finish}
    if tokens is not None:
        choice["logprobs"] = {"content": [_token(*each) for each in tokens]}
    return Reply(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "loopback",
            "choices": [choice],
            "usage": _usage(10, 5),
        }
    )


def _token(text: str, likely: Mapping[str, float]) -> dict[str, Any]:
    listed = [{"token": each, "logprob": value, "bytes": None} for each, value in likely.items()]
    return {
        "token": text,
        "logprob": likely.get(text, 0.0),
        "bytes": None,
        "top_logprobs": listed,
    }


def _usage(read: int, written: int) -> dict[str, int]:
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
