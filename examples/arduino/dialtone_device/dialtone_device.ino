// An ESP32 that dialtone talks with: protocol "pcm", dialled by dialtone.
// Parts: INMP441 microphone (SCK 26, WS 25, SD 33), MAX98357A amplifier (BCLK 27, LRC 14, DIN 12).
// Libraries: Arduino core for ESP32 3.0 or newer, "WebSockets" by Markus Sattler.
// devices.json: {"name": "kitchen", "host": "kitchen.local", "protocol": "pcm"}
#include <ESPmDNS.h>
#include <ESP_I2S.h>
#include <WebSocketsServer.h>
#include <WiFi.h>

const char *NETWORK = "your Wi-Fi";
const char *PASSWORD = "its password";
const char *NAME = "kitchen";  // the device is kitchen.local

I2SClass microphone, speaker;
WebSocketsServer server(8765);
int backend = -1;  // number of the connection to dialtone; -1: none

void onMessage(uint8_t number, WStype_t type, uint8_t *data, size_t length) {
  if (type == WStype_CONNECTED && backend == -1) {
    backend = number;
  } else if (type == WStype_CONNECTED) {  // one backend at a time: two would share the microphone
    server.disconnect(number);
  } else if (number != backend) {
    return;
  } else if (type == WStype_DISCONNECTED) {
    backend = -1;
  } else if (type == WStype_BIN) {  // 40 ms of the answer; waits while the amplifier's buffer is full
    speaker.write(data, length);
  } else if (type == WStype_TEXT && strstr((const char *)data, "\"stop\"")) {  // the user interrupts
    speaker.end();
    startSpeaker();
  }
}

void startSpeaker() {
  speaker.setPins(27, 14, 12);
  speaker.begin(I2S_MODE_STD, 16000, I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO);
}

void setup() {
  WiFi.begin(NETWORK, PASSWORD);
  WiFi.setSleep(false);  // otherwise every answer begins 100 ms later
  while (WiFi.status() != WL_CONNECTED) delay(100);
  MDNS.begin(NAME);
  microphone.setPins(26, 25, -1, 33);  // an INMP441 needs the clock of 32 bits a sample; the upper 16 are the sound
  microphone.begin(I2S_MODE_STD, 16000, I2S_DATA_BIT_WIDTH_32BIT, I2S_SLOT_MODE_MONO, I2S_STD_SLOT_LEFT);
  microphone.configureRX(16000, I2S_DATA_BIT_WIDTH_32BIT, I2S_SLOT_MODE_MONO, I2S_RX_TRANSFORM_32_TO_16);
  startSpeaker();
  server.begin();
  server.onEvent(onMessage);
}

void loop() {
  static uint8_t samples[640];  // 20 ms of 16 kHz, 16 bits
  server.loop();                // answers pings, too
  const size_t length = microphone.readBytes((char *)samples, sizeof samples);
  if (backend != -1 && length > 0) server.sendBIN(backend, samples, length);
}
