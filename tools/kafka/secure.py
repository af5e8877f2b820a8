"""Brokers whose clients must come with TLS and a password: what is made for them, beside what every cluster has.

A certificate authority and a broker's certificate of it, two users with passwords that are made up on the spot, and the
file of properties that a client needs. Everything is in the cluster's folder and goes with it.
"""
import os
import secrets
import subprocess

MECHANISM = "SCRAM-SHA-512"
# Each other, and clients. That only one of them is a broker is not told apart: there are no authorizations here.
USERS = ("broker", "regard")

LISTENERS = """\
listener.security.protocol.map=BROKER:SASL_SSL,CONTROLLER:PLAINTEXT,SIDE:SASL_SSL
sasl.enabled.mechanisms={mechanism}
sasl.mechanism.inter.broker.protocol={mechanism}
listener.name.broker.scram-sha-512.sasl.jaas.config={module} username="broker" password="{password}";
listener.name.side.scram-sha-512.sasl.jaas.config={module};
ssl.keystore.type=PEM
ssl.keystore.location={folder}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/ca.pem
"""
MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required"

PROPERTIES = """\
security.protocol=sasl_ssl
ssl.ca.location={folder}/ca.pem
sasl.mechanisms={mechanism}
sasl.username=regard
sasl.password={password}
"""


def write_private(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def openssl(*words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout


def make_key(path):
    write_private(path, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))


def make_authority(folder, name):
    """NAME.pem and NAME.key."""
    make_key(folder / f"{name}.key")
    openssl("req", "-x509", "-new", "-key", str(folder / f"{name}.key"), "-subj", f"/CN=brokers of this folder: {name}",
            "-days", "30", "-out", str(folder / f"{name}.pem"))


def make_certificates(folder):
    make_authority(folder, "ca")
    # Of somebody else, who signed nothing here: what a client that trusts the wrong one is given.
    make_authority(folder, "other-ca")
    key = folder / "broker.key"
    make_key(key)
    openssl("req", "-new", "-key", str(key), "-subj", "/CN=broker", "-addext", "subjectAltName=IP:127.0.0.1",
            "-out", str(folder / "broker.csr"))
    certificate = openssl("x509", "-req", "-in", str(folder / "broker.csr"), "-CA", str(folder / "ca.pem"), "-CAkey",
                          str(folder / "ca.key"), "-days", "30", "-copy_extensions", "copy")
    write_private(folder / "broker.pem", key.read_text() + certificate)
    for name in ("broker.csr", "broker.key", "ca.key", "other-ca.key"):
        (folder / name).unlink()


class Secure:
    """What it is for one cluster that is being made."""

    def __init__(self, folder):
        self.folder = folder
        self.passwords = {user: secrets.token_hex(16) for user in USERS}
        make_certificates(folder)
        write_private(folder / "kafka.properties", PROPERTIES.format(
            folder=folder, mechanism=MECHANISM, password=self.passwords["regard"]))

    def listeners(self):
        """In place of the plain ones' protocols in a broker's settings."""
        return LISTENERS.format(folder=self.folder, mechanism=MECHANISM, module=MODULE,
                                password=self.passwords["broker"])

    def users(self):
        """What `format` makes the users with."""
        return [word for user, password in self.passwords.items()
                for word in ("--add-scram", f"{MECHANISM}=[name={user},password={password}]")]
