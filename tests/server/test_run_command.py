"""``framework run`` as its users meet it: a process that listens, answers and ends."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
import time

import pytest

from tests.server.processes import FRAMEWORK, ask, free_port, running
from tests.server.serving import DOMAIN, RULES

CONFIG = """
recipe: default.v1
assistant_id: little
language: en
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
policies:
- name: RulePolicy
"""
NLU = """
nlu:
- intent: greet
  examples: |
    - hello
    - hi
- intent: sad
  examples: |
    - so sad
    - unhappy
- intent: order
  examples: |
    - order
    - parcel
- intent: goodbye
  examples: |
    - bye
    - farewell
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    (folder / "data").mkdir()
    (folder / "config.yml").write_text(CONFIG)
    (folder / "domain.yml").write_text('version: "3.1"\n' + DOMAIN)
    (folder / "data" / "rules.yml").write_text('version: "3.1"\n' + RULES)
    (folder / "data" / "nlu.yml").write_text('version: "3.1"\n' + NLU)
    subprocess.run([*FRAMEWORK, "train", "--fixed-model-name", "little"], cwd=folder, check=True, capture_output=True)
    return folder


def run_and_fail(bot, *flags: str) -> tuple[int, str]:
    done = subprocess.run([*FRAMEWORK, "run", *flags], cwd=bot, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stderr


def test_it_says_where_it_answers_and_what_it_serves(bot):
    with running(bot, "-i", "127.0.0.1", "--enable-api") as (port, announcement, _):
        assert announcement == (f"little.tar.gz answers at http://127.0.0.1:{port}; channels: rest; HTTP API: on\n")
        assert ask(f"http://127.0.0.1:{port}/status")["model_file"] == "little.tar.gz"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_stops_with_status_0_and_the_conversation_goes_on_later(bot, end):
    for number in range(2):
        with running(bot, "-i", "127.0.0.1", "--enable-api") as (port, _, process):
            url = f"http://127.0.0.1:{port}"
            answer = ask(f"{url}/webhooks/rest/webhook", {"sender": str(end), "message": "hello"})
            assert answer == [{"recipient_id": str(end), "text": "Hey! How are you?"}]
            events = ask(f"{url}/conversations/{end}/tracker")["events"]
            assert [event["event"] for event in events].count("user") == number + 1
            process.send_signal(end)
            assert process.wait(10) == 0
            assert process.stderr.read() == ""


def test_a_process_killed_in_the_middle_has_kept_every_answer_it_gave(bot):
    with running(bot, "-i", "127.0.0.1") as (port, _, process):
        for _ in range(5):
            ask(f"http://127.0.0.1:{port}/webhooks/rest/webhook", {"sender": "killed", "message": "hello"})
        process.kill()
    with running(bot, "-i", "127.0.0.1", "--enable-api") as (port, _, _):
        events = ask(f"http://127.0.0.1:{port}/conversations/killed/tracker")["events"]
        assert [event["event"] for event in events].count("bot") == 5


def test_a_request_under_way_is_answered_before_the_server_ends(bot):
    with running(bot, "-i", "127.0.0.1") as (port, _, process):
        body = b'{"sender": "slow", "message": "hello"}'
        head = b"POST /webhooks/rest/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(head + body[:10])
            time.sleep(0.2)
            process.terminate()
            time.sleep(0.2)
            connection.sendall(body[10:])
            answer = connection.recv(65536)
        assert b"Hey! How are you?" in answer
        assert process.wait(10) == 0


def test_a_port_that_is_taken_is_one_clear_line_and_status_3(bot):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = run_and_fail(bot, "-i", "127.0.0.1", "-p", str(port))
    assert status == 3
    assert said.startswith(f"cannot listen on 127.0.0.1:{port}: Address already in use")
    assert "Traceback" not in said


def test_an_api_open_to_all_is_status_2(bot):
    status, said = run_and_fail(bot, "--enable-api", "-i", "0.0.0.0", "-p", str(free_port()))
    assert (status, said.startswith("--enable-api on 0.0.0.0 lets anyone")) == (2, True)


def test_without_a_model_it_says_how_to_get_one(tmp_path):
    status, said = run_and_fail(tmp_path, "-p", str(free_port()))
    assert status == 3
    assert "framework train" in said


def test_a_store_that_cannot_be_opened_is_one_clear_line_and_status_3(bot, tmp_path):
    (tmp_path / "folder").mkdir()
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"tracker_store:\n  type: sqlite\n  db: {tmp_path / 'folder'}\n")
    status, said = run_and_fail(bot, "-p", str(free_port()), "--endpoints", str(endpoints))
    assert status == 3
    assert said.startswith(f"cannot use the conversations in {tmp_path / 'folder'}")
    assert "Traceback" not in said


def test_it_speaks_https(bot, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    self_sign(key, certificate)
    flags = ("-i", "127.0.0.1", "--ssl-certificate", str(certificate), "--ssl-keyfile", str(key))
    with running(bot, *flags) as (port, announcement, _):
        assert "https://" in announcement
        context = ssl.create_default_context(cafile=certificate)
        health = ask(f"https://127.0.0.1:{port}/webhooks/rest/", context=context)
        assert health == {"status": "ok"}
    status, said = run_and_fail(bot, "-p", str(free_port()), "--ssl-certificate", str(key))
    assert status == 3
    assert said.startswith("the TLS files cannot be used: ")


def self_sign(key, certificate):
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.write_bytes(private.private_bytes(*pem))


def test_serving_loads_nothing_that_only_training_needs(bot):
    program = (
        "import sys, threading\n"
        "from framework.cli import main as cli\n"
        "import framework.server.listening as listening\n"
        "listening.gc.freeze = lambda: (print(','.join(m for m in ('torch', 'sklearn', 'scipy', 'pandas')"
        " if m in sys.modules) or 'none', flush=True))\n"
        "sys.exit(cli.main())\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, "run", "-i", "127.0.0.1", "-p", str(free_port())],
        cwd=bot,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == "none\n"
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()
