# An ESP32 with MicroPython that dials dialtone: protocol "pcm", direction "accept".
# Parts: INMP441 microphone (SCK 26, WS 25, SD 33), MAX98357A amplifier (BCLK 27, LRC 14, DIN 12).
# dialtone runs with LISTEN_PORT=8765. devices.json: {"name": "kitchen", "protocol": "pcm", "direction": "accept", "id": "kitchen-1"}
import select
import socket
import time

import network
from machine import I2S, Pin

NETWORK = "your Wi-Fi"
PASSWORD = "its password"
HOST = "192.168.1.10"  # where dialtone runs
PORT = 8765
ID = "kitchen-1"
TOKEN = ""  # the "token" of the entry, if it has one


def join():
    wifi = network.WLAN(network.STA_IF)
    wifi.active(True)
    if not wifi.isconnected():
        wifi.connect(NETWORK, PASSWORD)
    while not wifi.isconnected():
        time.sleep(0.1)


def open_speaker():
    return I2S(1, sck=Pin(27), ws=Pin(14), sd=Pin(12), mode=I2S.TX, bits=16, format=I2S.MONO, rate=16000, ibuf=16000)


def connect():
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(HOST, PORT)[0][-1])
    lines = [
        "GET /ws HTTP/1.1",
        "Host: %s:%d" % (HOST, PORT),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: ZGlhbHRvbmUgZGV2aWNlIQ==",
        "Device-Id: " + ID,
    ]
    if TOKEN:
        lines.append("Authorization: Bearer " + TOKEN)
    sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise OSError("dialtone closed the connection")
        answer += byte
    if b" 101 " not in answer.split(b"\r\n")[0]:
        raise OSError(answer.split(b"\r\n")[0].decode())
    return sock


def read(sock, length):
    data = b""
    while len(data) < length:
        part = sock.recv(length - len(data))
        if not part:
            raise OSError("the connection is closed")
        data += part
    return data


def send(sock, opcode, data):
    # A client masks what it sends; with a mask of zeros the data stay as they are.
    if len(data) < 126:
        head = bytes([0x80 | opcode, 0x80 | len(data), 0, 0, 0, 0])
    else:
        head = bytes([0x80 | opcode, 0x80 | 126, len(data) >> 8, len(data) & 255, 0, 0, 0, 0])
    sock.sendall(head + data)


def receive(sock, speaker):
    head = read(sock, 2)
    length = head[1] & 127
    if length == 126:
        length = int.from_bytes(read(sock, 2), "big")
    data = read(sock, length)
    opcode = head[0] & 15
    if opcode == 2:  # 40 ms of the answer
        speaker.write(data)
    elif opcode == 1 and b'"stop"' in data:  # the user interrupts
        speaker.deinit()
        speaker = open_speaker()
    elif opcode == 9:  # a ping
        send(sock, 10, data)
    elif opcode == 8:  # goodbye
        raise OSError("dialtone says goodbye")
    return speaker


def talk():
    sock = connect()
    speaker = open_speaker()
    microphone = I2S(0, sck=Pin(26), ws=Pin(25), sd=Pin(33), mode=I2S.RX, bits=16, format=I2S.MONO, rate=16000, ibuf=16000)
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    samples = bytearray(1280)  # 40 ms of 16 kHz, 16 bits
    try:
        while True:
            length = microphone.readinto(samples)
            send(sock, 2, bytes(samples[:length]))
            while poll.poll(0):
                speaker = receive(sock, speaker)
    finally:
        sock.close()
        microphone.deinit()
        speaker.deinit()


while True:
    try:
        join()
        talk()
    except OSError as error:
        print(error)
    time.sleep(5)
