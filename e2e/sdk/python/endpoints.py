"""Asks all that the official SDKs of Python ask, once each, of a gateway before `upstreams/everything.ts`.

Arguments: the gateway's origin and an API key. Prints a line of JSON for each step: its name, what it must have cost in nanos, the ids of
its requests, what it asked (`[method, url, headers]`), and the error where it failed.
"""

import asyncio
import io
import json
import sys
import time
import traceback

import anthropic
import httpx2
import openai
from google import genai
from google.genai import errors as genai_errors
from google.genai import types

try:
    import httpx
except ImportError:  # Their newer versions bring httpx2 alone.
    httpx = httpx2

url, key = sys.argv[1:3]
asked, ids = [], []


def watch(client):
    """Notes every request of an HTTP client's class, whichever SDK makes it."""
    send = client.send

    def noted(self, request, **kwargs):
        asked.append([request.method, str(request.url), dict(request.headers)])
        response = send(self, request, **kwargs)
        if "x-request-id" in response.headers:
            ids.append(response.headers["x-request-id"])
        return response

    client.send = noted


for module in {httpx, httpx2}:
    watch(module.Client)

oai = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)
claude = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)
google = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url))


def step(name, nanos=0, session=()):
    """Runs one at once, and tells how it went. `session` is what each answer over a WebSocket must cost, which have ids of their own."""

    def run(work):
        asked.clear()
        ids.clear()
        told = {"step": name, "nanos": nanos, "session": session, "error": None}
        try:
            sockets = work() or []
            told["sockets"] = sockets
        except Exception as error:  # Whatever is thrown is what the test reports.
            where = traceback.extract_tb(error.__traceback__)
            line = next((one.lineno for one in reversed(where) if one.filename == __file__), 0)
            told["error"] = f"line {line}: {type(error).__name__}: {error}"[:1500]
        told |= {"asked": list(asked), "ids": list(ids)}
        print(json.dumps(told), flush=True)
        return work

    return run


def refused(kind, status, ask, code=None):
    """Something that must raise an error of its SDK's own class, with its status (and code)."""
    try:
        answer = ask()
        if not isinstance(answer, (str, bytes)) and hasattr(answer, "__iter__"):
            list(answer)
    except kind as error:
        told = getattr(error, "status_code", None) or getattr(error, "code", None)
        assert told == status, f"{told}: {error}"
        if code is not None:
            assert getattr(error, "code", None) == code, f"{error.code}: {error}"
        return
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} instead of {kind.__name__}: {error}") from error
    raise AssertionError("it was answered")


def until(ask):
    """Asks again until the answer is true, for ten seconds."""
    for _ in range(200):
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def named(name, content=b"abc"):
    return (name, io.BytesIO(content))


TEXT = 6 * 1000 + 5 * 2000  # gpt-4o-mini: 6 tokens in, 5 out


# What takes its time is begun first, and asked after below.

begun = {}


@step("batches are begun", 10 * 1000 + 4 * 2000 + 7 * 1000 + 3 * 5000 + 8 * 1000 + 2 * 3000 + 4 * 150)
def _():
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 100}
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}
    kept = oai.files.create(purpose="batch", file=named("in.jsonl", json.dumps(line).encode()))
    begin = {"input_file_id": kept.id, "endpoint": "/v1/chat/completions", "completion_window": "24h"}
    begun["openai"] = (kept, oai.batches.create(**begin), oai.batches.create(**begin, metadata={"slow": "yes"}))
    params = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
    begun["anthropic"] = [
        claude.messages.batches.create(requests=[{"custom_id": name, "params": params}]) for name in ("a", "slow")
    ]
    source = [{"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}]
    begun["google"] = (
        google.batches.create(model="gemini-2.5-flash", src=source),
        google.batches.create_embeddings(
            model="gemini-embedding-001", src={"inlined_requests": {"contents": [{"parts": [{"text": "Hi"}]}]}}
        ),
        google.batches.create(model="gemini-2.5-flash", src=source, config={"display_name": "slow"}),
    )


# Text


@step("chat", TEXT)
def _():
    answer = oai.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": "Hi"}])
    assert answer.choices[0].message.content == "Hello."
    refused(openai.BadRequestError, 400, lambda: oai.chat.completions.create(model="gpt-4o-mini", messages=[]))


@step("completions", TEXT)
def _():
    assert oai.completions.create(model="gpt-4o-mini", prompt="Hi").choices[0].text == "Hello."
    refused(openai.NotFoundError, 404, lambda: oai.completions.create(model="none", prompt="Hi"), "model_not_found")


@step("responses, streamed and kept", 2 * TEXT)
def _():
    with oai.responses.stream(model="gpt-4o-mini", input="Hi") as events:
        assert any(event.type == "response.output_text.delta" for event in events)
        streamed = events.get_final_response()
    assert streamed.output_text == "Hello."
    one = oai.responses.create(model="gpt-4o-mini", input="Hi", previous_response_id=streamed.id)
    assert oai.responses.retrieve(one.id).output_text == "Hello."
    assert [item.id for item in oai.responses.input_items.list(one.id)] == ["msg_in"]
    oai.responses.delete(one.id)
    refused(openai.NotFoundError, 404, lambda: oai.responses.retrieve(one.id))


@step("responses, in the background, and given up")
def _():
    queued = oai.responses.create(model="gpt-4o-mini", input="Hi", background=True)
    assert oai.responses.cancel(queued.id).status == "cancelled"


@step("responses, compacted and counted", TEXT)
def _():
    assert oai.responses.compact(model="gpt-4o-mini", input="Hi").output[0].type == "compaction"
    assert oai.responses.input_tokens.count(model="gpt-4o-mini", input="Hi").input_tokens == 7


@step("responses over a WebSocket", session=[TEXT])
def _():
    with oai.responses.connect() as connection:
        connection.response.create(model="gpt-4o-mini", input="Hi", store=False)
        for event in connection:
            assert event.type != "error", event
            if event.type == "response.completed":
                assert event.response.output[0].content[0].text == "Hello."
                break
        connection.response.create(model="none", input="Hi")
        wrong = next(iter(connection))
        assert wrong.type == "error" and "none" in str(wrong), wrong
    return [["openai-python", "responses-socket"]]


@step("decisions", TEXT)
def _():
    questions = [{"type": "predicate", "instructions": "Is it rude?"}]
    answer = oai.decisions.create(model="gpt-4o-mini", input="Oh, you", questions=questions)
    assert answer.answers[0].probability == 0.9
    refused(openai.BadRequestError, 400, lambda: oai.decisions.create(model="gpt-4o-mini", input="x", questions=[]))


@step("messages, and their tokens", 6 * 1000 + 5 * 5000)
def _():
    asking = {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "Hi"}]}
    assert claude.messages.create(max_tokens=10, **asking).content[0].text == "Hello."
    assert claude.messages.count_tokens(**asking).input_tokens == 7
    refused(anthropic.BadRequestError, 400, lambda: claude.messages.create(max_tokens=0, **asking))
    refused(anthropic.NotFoundError, 404, lambda: claude.messages.count_tokens(model="none", messages=asking["messages"]))


@step("generateContent, and its tokens", 100 * 1000 + 3 * 3000)
def _():
    assert google.models.generate_content(model="gemini-2.5-flash", contents="Hi").text == "A long book"
    assert google.models.count_tokens(model="gemini-2.5-flash", contents="Hi").total_tokens == 7
    refused(genai_errors.APIError, 404, lambda: google.models.generate_content(model="none", contents="Hi"))


@step("interactions", 6 * 1000 + 5 * 3000)
def _():
    made = google.interactions.create(model="gemini-2.5-flash", input="Hi")
    assert google.interactions.get(made.id).status == "completed"
    google.interactions.delete(made.id)
    queued = google.interactions.create(model="gemini-2.5-flash", input="Hi", background=True)
    assert google.interactions.cancel(queued.id).status == "cancelled"
    try:
        google.interactions.get(made.id)
    except Exception as error:
        assert getattr(error, "status_code", None) == 404, repr(error)
    else:
        raise AssertionError("it is still there")


@step("a cache, read once", 300 * 1000)
def _():
    made = google.caches.create(model="gemini-2.5-flash", config={"contents": "A long book", "ttl": "300s"})
    assert [one.name for one in google.caches.list()] == [made.name]
    google.caches.update(name=made.name, config={"ttl": "600s"})
    google.caches.get(name=made.name)
    google.caches.delete(name=made.name)
    refused(genai_errors.APIError, 404, lambda: google.caches.get(name=made.name))


# Beside text


@step("embeddings", 4000)
def _():
    vectors = oai.embeddings.create(model="openai-vectors", input=["one", "two"], encoding_format="float")
    assert [one.embedding for one in vectors.data] == [[0.5, -2], [0.25, 8]]
    refused(openai.BadRequestError, 400, lambda: oai.embeddings.create(model="openai-vectors", input=[]))


@step("embeddings of Google's", 4000)
def _():
    vectors = google.models.embed_content(model="gemini-vectors", contents=["one", "two"])
    assert [one.values for one in vectors.embeddings] == [[0.5, -2], [0.25, 8]]


@step("moderations")
def _():
    assert oai.moderations.create(input="I kill you").results[0].flagged
    refused(openai.BadRequestError, 400, lambda: oai.moderations.create(input=5))


@step("speech, by its characters", 5 * 15_000)
def _():
    speech = oai.audio.speech.create(model="tts-1", voice="alloy", input="Hello", response_format="pcm")
    assert len(speech.read()) == 4800
    refused(openai.BadRequestError, 400, lambda: oai.audio.speech.create(model="tts-1", voice="alloy", input=5))


@step("speech as it comes, by its tokens", 5 * 600 + 2 * 12_000)
def _():
    asking = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello", "stream_format": "sse"}
    with oai.audio.speech.with_streaming_response.create(**asking) as speech:
        assert "speech.audio.done" in "".join(speech.iter_text())


@step("a transcription, by its seconds", 300_000)
def _():
    assert oai.audio.transcriptions.create(model="whisper-1", file=named("a.mp3", b"x" * 2000)).text == "Hi"
    refused(openai.NotFoundError, 404, lambda: oai.audio.transcriptions.create(model="none", file=named("a.mp3")))


@step("a transcription as it comes, by its tokens", 14 * 6000 + 2 * 10_000)
def _():
    file = named("a.mp3", b"x" * 2000)
    events = list(oai.audio.transcriptions.create(model="gpt-4o-transcribe", file=file, stream=True))
    assert [event.type for event in events] == ["transcript.text.delta", "transcript.text.done"]


@step("a translation, by how long it says it is", 300_000)
def _():
    file = named("a.mp3", b"x" * 2000)
    answer = oai.audio.translations.create(model="whisper-1", file=file, response_format="verbose_json")
    assert answer.duration == 3
    refused(openai.NotFoundError, 404, lambda: oai.audio.translations.create(model="none", file=named("a.mp3")))


PICTURE = 12 * 5000 + 272 * 40_000


@step("a picture", PICTURE)
def _():
    assert oai.images.generate(model="gpt-image-1", prompt="A cat").data[0].b64_json == "AAAA"
    refused(openai.BadRequestError, 400, lambda: oai.images.generate(model="gpt-image-1", prompt="A cat", n=0))


@step("a picture as it becomes clear", PICTURE)
def _():
    events = list(oai.images.generate(model="gpt-image-1", prompt="A cat", stream=True, partial_images=1))
    assert [one.type for one in events] == ["image_generation.partial_image", "image_generation.completed"]


@step("an edit and two variations", 16_000_000 + 40_000_000)
def _():
    photo = lambda: named("photo.png", b"9" * 500)  # noqa: E731
    edited = oai.images.edit(model="dall-e-2", image=[photo(), photo()], prompt="Bluer", size="256x256")
    assert edited.data[0].url == "https://images.test/a.png"
    assert len(oai.images.create_variation(model="dall-e-2", image=photo(), n=2).data) == 2
    refused(openai.BadRequestError, 400, lambda: oai.images.create_variation(model="dall-e-2", image=photo(), n=0))
    refused(openai.BadRequestError, 400, lambda: oai.images.edit(model="dall-e-2", image=[], prompt="x"))


@step("a video, and what goes on with one", 4 * 400_000_000)
def _():
    made = oai.videos.create_and_poll(model="sora-2", prompt="A cat", seconds="4", poll_interval_ms=100)
    assert made.status == "completed", made
    assert len(oai.videos.download_content(made.id).read()) == 4800
    # Their types let a video be named (`{"id": …}`), which they then refuse to send: films are sent.
    for sequel in (
        oai.videos.remix(made.id, prompt="A dog"),
        oai.videos.edit(prompt="At night", video=named("a.mp4")),
        oai.videos.extend(prompt="It jumps", video=named("a.mp4"), seconds="4"),
    ):
        until(lambda id=sequel.id: oai.videos.retrieve(id).status == "completed")
    assert len(oai.videos.list().data) == 4
    oai.videos.delete(made.id)
    refused(openai.NotFoundError, 404, lambda: oai.videos.retrieve(made.id))


# Sessions

REALTIME = 5 * 4000 + 10 * 400 + 5 * 32_000 + 2 * 16_000 + 8 * 64_000


@step("a Realtime session by a secret", session=[REALTIME])
def _():
    secret = oai.realtime.client_secrets.create(session={"type": "realtime", "model": "gpt-realtime"})
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=secret.value)
    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.response.create()
        for event in connection:
            assert event.type != "error", event
            if event.type == "response.done":
                break
    wrong = {"type": "realtime", "model": "none"}
    refused(openai.NotFoundError, 404, lambda: oai.realtime.client_secrets.create(session=wrong))
    return [["openai-python", "realtime"]]


@step("a session that only transcribes, and secrets as they were made before", session=[20 * 6000 + 4 * 10_000])
def _():
    transcription = {"model": "gpt-4o-mini-transcribe"}
    assert oai.beta.realtime.sessions.create(model="gpt-realtime").client_secret.value
    older = oai.beta.realtime.transcription_sessions.create(input_audio_transcription=transcription)
    client = openai.OpenAI(base_url=f"{url}/v1", api_key=older.client_secret.value)
    with client.realtime.connect(extra_query={"intent": "transcription"}) as connection:
        connection.input_audio_buffer.commit()
        for event in connection:
            assert event.type != "error", event
            if event.type == "conversation.item.input_audio_transcription.completed":
                break
    return [["openai-python", "realtime-transcription"]]


@step("a Live session by its seconds", session=[8 * 1_000_000])
def _():
    responses = {"type": "responses", "responses": {"model": "gpt-helper"}}
    with oai.live.connect() as connection:
        connection.send({"type": "session.start", "session": {"model": "gpt-live-1", "delegation": responses}})
        for event in connection:
            if event.type == "session.started":
                connection.send({"type": "session.close"})
            if event.type == "session.closed":
                assert event.usage.seconds == 7.5
                break
    return [["openai-python", "live-sessions"]]


@step("a token for a Live session of Google's")
def _():
    options = types.HttpOptions(base_url=url, api_version="v1alpha")
    client = genai.Client(api_key=key, http_options=options)
    made = client.auth_tokens.create(config={"uses": 1, "live_connect_constraints": {"model": "gemini-live"}})
    assert made.name


# Files and batches


@step("a file of requests and its batch")
def _():
    kept, batch, slow = begun["openai"]
    assert oai.files.retrieve(kept.id).id == kept.id
    until(lambda: oai.batches.retrieve(batch.id).status == "completed")
    done = oai.batches.retrieve(batch.id)
    assert json.loads(oai.files.content(done.output_file_id).text)["custom_id"] == "a"
    assert oai.batches.cancel(slow.id).status.startswith("cancel")
    assert {one.id for one in oai.batches.list()} == {batch.id, slow.id}
    assert kept.id in {one.id for one in oai.files.list()}
    assert oai.files.delete(kept.id).deleted
    refused(openai.NotFoundError, 404, lambda: oai.files.retrieve(kept.id), "object_not_found")
    refused(openai.NotFoundError, 404, lambda: oai.batches.retrieve("batch_none"), "object_not_found")


@step("a batch of messages")
def _():
    batches = claude.messages.batches
    batch, slow = begun["anthropic"]
    until(lambda: batches.retrieve(batch.id).processing_status == "ended")
    assert [one.result.type for one in batches.results(batch.id)] == ["succeeded"]
    assert batches.cancel(slow.id).processing_status == "canceling"
    assert {one.id for one in batches.list()} == {batch.id, slow.id}
    batches.delete(batch.id)
    refused(anthropic.NotFoundError, 404, lambda: batches.retrieve(batch.id))
    refused(anthropic.BadRequestError, 400, lambda: batches.create(requests=[]))


@step("files of Anthropic's")
def _():
    files = claude.beta.files
    made = files.upload(file=("a.txt", io.BytesIO(b"abc"), "text/plain"))
    assert files.retrieve_metadata(made.id).size_bytes == 3
    assert [one.id for one in files.list()] == [made.id]
    assert files.download(made.id).text() == "abc"
    files.delete(made.id)
    refused(anthropic.NotFoundError, 404, lambda: files.retrieve_metadata(made.id))


@step("a file of Google's, and batches")
def _():
    made = google.files.upload(file=io.BytesIO(b"abc"), config={"mime_type": "text/plain"})
    assert google.files.get(name=made.name).state.name == "ACTIVE"
    assert [one.name for one in google.files.list()] == [made.name]
    assert google.files.download(file=made.name) == b"made by a model"
    google.files.delete(name=made.name)
    refused(genai_errors.APIError, 404, lambda: google.files.get(name=made.name))
    batch, vectors, slow = begun["google"]
    for one in (batch, vectors):
        until(lambda name=one.name: google.batches.get(name=name).state.name == "JOB_STATE_SUCCEEDED")
    google.batches.cancel(name=slow.name)
    assert len(list(google.batches.list())) == 3
    google.batches.delete(name=batch.name)
    refused(genai_errors.APIError, 404, lambda: google.batches.get(name=batch.name))


# What accounts keep


@step("uploads in parts")
def _():
    about = {"bytes": 3, "filename": "a.bin", "mime_type": "x/y", "purpose": "user_data"}
    assert oai.uploads.cancel(oai.uploads.create(**about).id).status == "cancelled"
    made = oai.uploads.create(**about)
    part = oai.uploads.parts.create(made.id, data=io.BytesIO(b"abc"))
    assert oai.uploads.complete(made.id, part_ids=[part.id]).file.filename == "whole.bin"
    refused(openai.NotFoundError, 404, lambda: oai.uploads.cancel("upload_none"), "object_not_found")


@step("conversations and their items", TEXT)
def _():
    made = oai.conversations.create(metadata={"topic": "x"})
    assert oai.conversations.update(made.id, metadata={"topic": "y"}).metadata == {"topic": "y"}
    item = oai.conversations.items.create(made.id, items=[{"type": "message", "role": "user", "content": "Hi"}]).data[0]
    assert [one.id for one in oai.conversations.items.list(made.id)] == [item.id]
    oai.responses.create(model="gpt-4o-mini", input="Hi", conversation=made.id)
    oai.conversations.items.delete(item.id, conversation_id=made.id)
    assert oai.conversations.delete(made.id).deleted
    refused(openai.NotFoundError, 404, lambda: oai.conversations.retrieve(made.id), "object_not_found")


@step("containers and their files")
def _():
    made = oai.containers.create(name="x")
    file = oai.containers.files.create(made.id, file=named("a.txt"))
    assert [one.id for one in oai.containers.files.list(made.id)] == [file.id]
    assert oai.containers.files.content.retrieve(file.id, container_id=made.id).text == f"what is in {file.id}"
    oai.containers.files.delete(file.id, container_id=made.id)
    assert [one.id for one in oai.containers.list()] == [made.id]
    oai.containers.delete(made.id)
    refused(openai.NotFoundError, 404, lambda: oai.containers.retrieve(made.id))
    refused(openai.BadRequestError, 400, lambda: oai.containers.create(name="bad"))


@step("vector stores, their files and batches of files")
def _():
    stores = oai.vector_stores
    file = oai.files.create(purpose="user_data", file=named("a.txt"))
    made = stores.create(name="x", file_ids=[file.id])
    assert stores.update(made.id, name="y").name == "y"
    added = stores.files.create(made.id, file_id=file.id)
    assert [one.id for one in stores.files.list(made.id)] == [added.id]
    stores.files.delete(added.id, vector_store_id=made.id)
    batch = stores.file_batches.create(made.id, file_ids=[file.id])
    assert stores.file_batches.cancel(batch.id, vector_store_id=made.id).status == "cancelled"
    assert [one.score for one in stores.search(made.id, query="x")] == [0.9]
    assert [one.id for one in stores.list()] == [made.id]
    assert stores.delete(made.id).deleted
    refused(openai.NotFoundError, 404, lambda: stores.retrieve(made.id))
    refused(openai.BadRequestError, 400, lambda: stores.create(file_ids=["file-none"]))


@step("skills, their versions and what is in them")
def _():
    made = oai.skills.create(files=[named("x/SKILL.md")])
    version = oai.skills.versions.create(made.id, files=[named("x/SKILL.md")])
    assert [one.id for one in oai.skills.versions.list(made.id)] == [version.id]
    assert oai.skills.update(made.id, default_version="2").default_version == "2"
    assert oai.skills.content.retrieve(made.id).text == f"what is in {made.id}"
    assert [one.id for one in oai.skills.list()] == [made.id]
    assert oai.skills.delete(made.id).deleted
    refused(openai.NotFoundError, 404, lambda: oai.skills.retrieve(made.id))


@step("agents, their environments and vaults")
def _():
    agents = oai.beta.agents
    vault = agents.vaults.create(name="x")
    auth = {"type": "static_bearer", "token": "secret", "mcp_server_url": "https://mcp.test"}
    credential = agents.vaults.credentials.create(vault.id, name="c", auth=auth)
    agents.vaults.credentials.delete(credential.id, vault_id=vault.id)
    assert agents.vaults.update(vault.id, name="y").name == "y"
    assert [one.id for one in agents.vaults.list()] == [vault.id]
    environment = agents.environments.create(environment={"type": "openai_hosted"}, vault_ids=[vault.id])
    agents.environments.files.create(environment.id, type="inline", data="YWJj", path="/a")
    assert agents.environments.retrieve(environment.id).id == environment.id
    assert [one.id for one in agents.environments.list()] == [environment.id]
    agent = agents.create(model="gpt-4o-mini", instructions="Be brief.")
    assert agents.update(agent.id, instructions="Be long.").instructions == "Be long."
    assert [one.id for one in agents.list()] == [agent.id]
    agents.delete(agent.id)
    refused(openai.NotFoundError, 404, lambda: agents.retrieve(agent.id))
    agents.vaults.delete(vault.id)
    refused(openai.NotFoundError, 404, lambda: agents.vaults.retrieve(vault.id))


@step("characters of videos")
def _():
    made = oai.videos.create_character(name="Ada", video=named("a.mp4"))
    assert oai.videos.get_character(made.id).name == "Ada"
    refused(openai.NotFoundError, 404, lambda: oai.videos.get_character("char_none"))


@step("skills of Anthropic's")
def _():
    made = claude.skills.create(display_name="x", files=[named("x/SKILL.md")])
    version = claude.skills.versions.create(made.id, files=[named("x/SKILL.md")])
    assert [one.id for one in claude.skills.versions.list(made.id)] == [version.id]
    assert [one.id for one in claude.skills.list()] == [made.id]
    claude.skills.delete(made.id)
    refused(anthropic.NotFoundError, 404, lambda: claude.skills.retrieve(made.id))


@step("agents, environments and vaults of Anthropic's")
def _():
    agents, environments, vaults = claude.beta.agents, claude.beta.environments, claude.beta.vaults
    agent = agents.create(name="x", model="claude-haiku-4-5")
    assert agents.update(agent.id, version=1, name="y").name == "y"
    assert [one.id for one in agents.list()] == [agent.id]
    assert agents.retrieve(agent.id).id == agent.id
    agents.archive(agent.id)
    refused(anthropic.NotFoundError, 404, lambda: agents.archive("agent_none"))
    environment = environments.create(name="x", config={"type": "cloud"})
    assert environments.update(environment.id, description="y").description == "y"
    assert [one.id for one in environments.list()] == [environment.id]
    environments.archive(environment.id)
    environments.delete(environment.id)
    refused(anthropic.NotFoundError, 404, lambda: environments.retrieve(environment.id))
    vault = vaults.create(display_name="x")
    auth = {"type": "static_bearer", "token": "secret", "mcp_server_url": "https://mcp.test"}
    credential = vaults.credentials.create(vault.id, auth=auth)
    vaults.credentials.archive(credential.id, vault_id=vault.id)
    assert vaults.update(vault.id, display_name="y").display_name == "y"
    assert [one.id for one in vaults.list()] == [vault.id]
    vaults.archive(vault.id)
    vaults.delete(vault.id)
    refused(anthropic.NotFoundError, 404, lambda: vaults.retrieve(vault.id))


@step("asynchronous clients", TEXT + 6 * 1000 + 5 * 5000)
def _():
    # Their requests are not watched, so that their ids are told here.
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0) as client:
            messages = [{"role": "user", "content": "Hi"}]
            answer = await client.chat.completions.create(model="gpt-4o-mini", messages=messages)
            ids.append(answer._request_id)
        async with anthropic.AsyncAnthropic(base_url=url, api_key=key, max_retries=0) as client:
            answer = await client.messages.create(model="claude-haiku-4-5", max_tokens=10, messages=messages)
            ids.append(answer._request_id)

    asyncio.run(ask())
