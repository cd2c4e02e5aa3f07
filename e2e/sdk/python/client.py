"""Conversations of the matrix, held by the official Python SDKs.

Reads one JSON request a line: {"id", "do": "begin" | "say" | "results" | "move" | "abort", "conversation", ...}. Answers
one JSON line for each: {"id", "answer" | "failure" | "error"}; {"heard": conversation} tells a first piece of text.
"""

import base64
import json
import sys
import threading

import anthropic
import openai
from google import genai
from google.genai import errors as genai_errors
from google.genai import types
from google.genai._interactions_errors import APIError as InteractionsError

printing = threading.Lock()


def tell(message):
    with printing:
        print(json.dumps(message), flush=True)


def plain(part):
    """What an SDK made of a part of an answer, as it goes back."""
    return part.model_dump(exclude_none=True, mode="json")


class Aborted(Exception):
    """The conversation was told to stop."""


class Conversation:
    def __init__(self, name, wanted, url, key):
        self.name = name
        self.model = wanted["model"]
        self.stream = wanted.get("stream", False)
        self.tools = wanted.get("tools", False)
        self.think = wanted.get("think", False)
        self.schema = wanted.get("schema", False)
        self.weather = wanted["weather"]
        self.description = wanted["description"]
        self.history = []
        self.calls = []
        self.stopped = threading.Event()
        self.open(url, key)

    def heard(self, text):
        if text:
            tell({"heard": self.name})
            if self.stopped.wait(self.patience()):
                raise Aborted()

    def patience(self):
        # Whoever will abort says so with the request: a piece of text waits for that then.
        return 5 if self.aborts else 0

    def answer(self, text, reasoning, calls, usage, complete, pieces):
        return {
            "text": text,
            "reasoning": reasoning,
            "calls": calls,
            "usage": usage,
            "complete": complete,
            "argumentPieces": pieces,
        }


class Chat(Conversation):
    def open(self, url, key):
        self.sdk = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def say(self, prompt, png):
        content = prompt
        if png:
            image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{png}"}}
            content = [{"type": "text", "text": prompt}, image]
        self.history.append({"role": "user", "content": content})

    def results(self, outputs):
        for call, output in zip(self.calls, outputs):
            self.history.append({"role": "tool", "tool_call_id": call, "content": output})

    def ask(self):
        body = {"model": self.model, "messages": self.history}
        if self.tools:
            function = {"name": "weather", "description": self.description, "parameters": self.weather, "strict": True}
            body |= {"tools": [{"type": "function", "function": function}], "parallel_tool_calls": True}
        if self.think:
            body["reasoning_effort"] = "medium"
        if self.schema:
            schema = {"name": "answer", "strict": True, "schema": self.weather}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        reasoning, pieces = "", 0
        if self.stream:
            with self.sdk.chat.completions.stream(**body, stream_options={"include_usage": True}) as events:
                for event in events:
                    if event.type == "chunk" and event.chunk.choices:
                        delta = event.chunk.choices[0].delta
                        reasoning += reasoning_of(delta)
                        self.heard(delta.content)
                    elif event.type == "tool_calls.function.arguments.delta":
                        pieces += 1
                completion = events.get_final_completion()
        else:
            completion = self.sdk.chat.completions.create(**body)
        choice = completion.choices[0]
        message = choice.message
        if not self.stream:
            reasoning = reasoning_of(message)
        # As the documentation says: the message as it came, without what only the SDK's own helpers add.
        turn = plain(message)
        turn.pop("parsed", None)
        for call in turn.get("tool_calls", []):
            call["function"].pop("parsed_arguments", None)
            call.pop("index", None)
        self.history.append(turn)
        self.calls = [call.id for call in message.tool_calls or []]
        calls = [
            {"name": call.function.name, "args": json.loads(call.function.arguments)} for call in message.tool_calls or []
        ]
        usage = completion.usage and {
            "input": completion.usage.prompt_tokens,
            "output": completion.usage.completion_tokens,
        }
        complete = choice.finish_reason in ("stop", "tool_calls")
        return self.answer(message.content or "", reasoning, calls, usage, complete, pieces)


def reasoning_of(told):
    """Reasoning as compatible vendors tell it, outside of OpenAI's types."""
    return getattr(told, "reasoning_content", None) or getattr(told, "reasoning", None) or ""


class Responses(Conversation):
    def open(self, url, key):
        self.sdk = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    def say(self, prompt, png):
        content = prompt
        if png:
            image = {"type": "input_image", "image_url": f"data:image/png;base64,{png}", "detail": "auto"}
            content = [{"type": "input_text", "text": prompt}, image]
        self.history.append({"role": "user", "content": content})

    def results(self, outputs):
        for call, output in zip(self.calls, outputs):
            self.history.append({"type": "function_call_output", "call_id": call, "output": output})

    def ask(self):
        body = {"model": self.model, "input": self.history, "store": False}
        if self.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "name": "weather",
                    "description": self.description,
                    "parameters": self.weather,
                    "strict": True,
                }
            ]
        if self.think:
            body |= {
                "reasoning": {"effort": "medium", "summary": "auto"},
                "include": ["reasoning.encrypted_content"],
            }
        if self.schema:
            schema = {"type": "json_schema", "name": "answer", "strict": True, "schema": self.weather}
            body["text"] = {"format": schema}
        pieces = 0
        if self.stream:
            with self.sdk.responses.stream(**body) as events:
                for event in events:
                    if event.type == "response.output_text.delta":
                        self.heard(event.delta)
                    elif event.type == "response.function_call_arguments.delta":
                        pieces += 1
                response = events.get_final_response()
        else:
            response = self.sdk.responses.create(**body)
        for item in response.output:
            turn = plain(item)
            turn.pop("parsed_arguments", None)
            for part in turn.get("content", []) or []:
                part.pop("parsed", None)
            self.history.append(turn)
        made = [item for item in response.output if item.type == "function_call"]
        self.calls = [call.call_id for call in made]
        summaries = [part.text for item in response.output if item.type == "reasoning" for part in item.summary]
        usage = response.usage and {"input": response.usage.input_tokens, "output": response.usage.output_tokens}
        calls = [{"name": call.name, "args": json.loads(call.arguments)} for call in made]
        return self.answer(
            response.output_text, "\n\n".join(summaries), calls, usage, response.status == "completed", pieces
        )


class Messages(Conversation):
    def open(self, url, key):
        self.sdk = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)

    def say(self, prompt, png):
        content = prompt
        if png:
            source = {"type": "base64", "media_type": "image/png", "data": png}
            content = [{"type": "image", "source": source}, {"type": "text", "text": prompt}]
        self.history.append({"role": "user", "content": content})

    def results(self, outputs):
        content = [
            {"type": "tool_result", "tool_use_id": call, "content": output}
            for call, output in zip(self.calls, outputs)
        ]
        self.history.append({"role": "user", "content": content})

    def ask(self):
        body = {"model": self.model, "max_tokens": 4000, "messages": self.history}
        if self.tools:
            body["tools"] = [{"name": "weather", "description": self.description, "input_schema": self.weather}]
        if self.think:
            body["thinking"] = {"type": "enabled", "budget_tokens": 2000}
        if self.schema:
            body["output_config"] = {"format": {"type": "json_schema", "schema": self.weather}}
        pieces = 0
        if self.stream:
            with self.sdk.messages.stream(**body) as events:
                for event in events:
                    if event.type == "text":
                        self.heard(event.text)
                    elif event.type == "input_json":
                        pieces += 1
                message = events.get_final_message()
        else:
            message = self.sdk.messages.create(**body)
        self.history.append({"role": "assistant", "content": [given_back(block) for block in message.content]})
        made = [block for block in message.content if block.type == "tool_use"]
        self.calls = [block.id for block in made]
        told = message.usage
        usage = {
            "input": told.input_tokens + (told.cache_read_input_tokens or 0) + (told.cache_creation_input_tokens or 0),
            "output": told.output_tokens,
        }
        return self.answer(
            "".join(block.text for block in message.content if block.type == "text"),
            "".join(block.thinking for block in message.content if block.type == "thinking"),
            [{"name": block.name, "args": block.input} for block in made],
            usage,
            message.stop_reason in ("end_turn", "tool_use"),
            pieces,
        )


def given_back(block):
    turn = plain(block)
    turn.pop("parsed_output", None)
    return turn


class Gemini(Conversation):
    def open(self, url, key):
        self.sdk = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url))

    def say(self, prompt, png):
        parts = [types.Part(text=prompt)]
        if png:
            parts.append(types.Part.from_bytes(data=base64.b64decode(png), mime_type="image/png"))
        self.history.append(types.Content(role="user", parts=parts))

    def results(self, outputs):
        parts = [
            types.Part(
                function_response=types.FunctionResponse(id=call.id, name=call.name, response={"output": output})
            )
            for call, output in zip(self.calls, outputs)
        ]
        self.history.append(types.Content(role="user", parts=parts))

    def ask(self):
        config = {}
        if self.tools:
            declaration = types.FunctionDeclaration(
                name="weather", description=self.description, parameters_json_schema=self.weather
            )
            config["tools"] = [types.Tool(function_declarations=[declaration])]
            config["automatic_function_calling"] = types.AutomaticFunctionCallingConfig(disable=True)
        if self.think:
            config["thinking_config"] = types.ThinkingConfig(include_thoughts=True, thinking_budget=2048)
        if self.schema:
            config |= {"response_mime_type": "application/json", "response_json_schema": self.weather}
        asked = {"model": self.model, "contents": self.history, "config": types.GenerateContentConfig(**config)}
        parts, finish, usage = [], None, None
        models = self.sdk.models
        for answer in models.generate_content_stream(**asked) if self.stream else [models.generate_content(**asked)]:
            usage = answer.usage_metadata or usage
            for candidate in (answer.candidates or [])[:1]:
                finish = candidate.finish_reason or finish
                for part in (candidate.content and candidate.content.parts) or []:
                    parts.append(part)
                    self.heard(part.text)
        self.history.append(types.Content(role="model", parts=parts))
        self.calls = [part.function_call for part in parts if part.function_call]
        return self.answer(
            "".join(part.text or "" for part in parts if not part.thought),
            "".join(part.text or "" for part in parts if part.thought),
            [{"name": call.name, "args": call.args} for call in self.calls],
            usage
            and {
                "input": usage.prompt_token_count or 0,
                "output": (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
            },
            finish == types.FinishReason.STOP,
            0,
        )


class Interactions(Conversation):
    """The same SDK's interactions, their history kept by the client."""

    def open(self, url, key):
        # Tries of the SDK's own are nobody's business here.
        retry = types.HttpRetryOptions(attempts=1)
        self.sdk = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url, retry_options=retry))

    def say(self, prompt, png):
        content = [{"type": "text", "text": prompt}]
        if png:
            content.append({"type": "image", "mime_type": "image/png", "data": png})
        self.history.append({"type": "user_input", "content": content})

    def results(self, outputs):
        for call, output in zip(self.calls, outputs):
            self.history.append(
                {"type": "function_result", "call_id": call["id"], "name": call["name"], "result": output}
            )

    def ask(self):
        body = {"model": self.model, "input": self.history, "store": False}
        if self.tools:
            function = {"name": "weather", "description": self.description, "parameters": self.weather}
            body["tools"] = [{"type": "function", **function}]
        if self.think:
            body["generation_config"] = {"thinking_level": "low", "thinking_summaries": "auto"}
        if self.schema:
            body["response_format"] = {"type": "text", "mime_type": "application/json", "schema": self.weather}
        if self.stream:
            with self.sdk.interactions.create(**body, stream=True) as events:
                steps, last, pieces = self.collected(events)
        else:
            last, pieces = self.sdk.interactions.create(**body), 0
            steps = [plain(step) for step in last.steps or []]
        self.history += steps
        self.calls = [step for step in steps if step["type"] == "function_call"]
        usage = last and last.usage
        return self.answer(
            "".join(text_in(step.get("content")) for step in steps if step["type"] == "model_output"),
            "".join(text_in(step.get("summary")) for step in steps if step["type"] == "thought"),
            [{"name": call["name"], "args": call["arguments"]} for call in self.calls],
            usage
            and {
                "input": usage.total_input_tokens or 0,
                "output": (usage.total_output_tokens or 0) + (usage.total_thought_tokens or 0),
            },
            bool(last) and last.status in ("completed", "requires_action"),
            pieces,
        )

    def collected(self, events):
        """A stream put together as Google's pages say: each step is begun, told in pieces, and ended."""
        steps, arguments, last, pieces = {}, {}, None, 0
        for event in events:
            if event.event_type == "error":
                raise Aborted(event.error and event.error.message)
            if event.event_type == "step.start":
                steps[event.index] = plain(event.step)
            if event.event_type == "interaction.completed":
                last = event.interaction
            if event.event_type != "step.delta":
                continue
            step, delta = steps[event.index], event.delta
            if delta.type == "text":
                step.setdefault("content", []).append({"type": "text", "text": delta.text})
                self.heard(delta.text)
            elif delta.type == "thought_summary":
                before = text_in(step.get("summary"))
                step["summary"] = [{"type": "text", "text": before + delta.content.text}]
            elif delta.type == "thought_signature":
                step["signature"] = delta.signature
            elif delta.type == "arguments_delta":
                arguments[event.index] = arguments.get(event.index, "") + delta.arguments
                pieces += 1
        for index, text in arguments.items():
            steps[index]["arguments"] = json.loads(text)
        return [steps[index] for index in sorted(steps)], last, pieces


def text_in(content):
    return "".join(piece["text"] for piece in content or [] if piece["type"] == "text")


kinds = {
    "openai-chat": Chat,
    "openai-responses": Responses,
    "anthropic-messages": Messages,
    "gemini": Gemini,
    "gemini-interactions": Interactions,
}


def failure_of(error):
    """The status that an SDK's own error tells, and when to come back; None for any other error."""
    if isinstance(error, (openai.APIStatusError, anthropic.APIStatusError)):
        return {"status": error.status_code, "retryAfter": error.response.headers.get("retry-after")}
    if isinstance(error, (openai.APIError, anthropic.APIError)):
        return {"status": None, "retryAfter": None}
    if isinstance(error, genai_errors.APIError):
        return {"status": error.code, "retryAfter": None}
    if isinstance(error, InteractionsError):
        return {"status": error.status_code, "retryAfter": None}
    return None


conversations = {}


def perform(request):
    name = request["conversation"]
    if request["do"] == "begin":
        conversations[name] = kinds[request["protocol"]](name, request["wanted"], request["url"], request["key"])
        return None
    conversation = conversations[name]
    if request["do"] == "move":
        conversation.model = request["model"]
        return None
    if request["do"] == "abort":
        conversation.stopped.set()
        return None
    conversation.aborts = request["aborts"]
    if request["do"] == "say":
        conversation.say(request["prompt"], request.get("png"))
    else:
        conversation.results(request["results"])
    return conversation.ask()


def serve(request):
    try:
        tell({"id": request["id"], "answer": perform(request)})
    except Exception as error:  # Whatever an SDK throws is what the matrix asks about.
        tell({"id": request["id"], "failure": failure_of(error), "error": f"{type(error).__name__}: {error}"})


for line in sys.stdin:
    threading.Thread(target=serve, args=(json.loads(line),), daemon=True).start()
