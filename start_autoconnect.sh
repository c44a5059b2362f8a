#!/bin/sh
# Starts dialtone with Docker Compose: ./start_autoconnect.sh [PROFILE…], as in ./start_autoconnect.sh ollama monitoring
# Profiles: sim, monitoring, ollama, speaches, kyutai. What is set in the shell or in .env is used; for the rest each profile
# brings the variables that lead the backend to it. DETACH=1 starts in the background, PROD=1 adds docker-compose.prod.yml.
set -eu
cd "$(dirname "$0")"

fail() {
  echo "start_autoconnect.sh: $*" >&2
  exit 1
}

# Sets a variable that is set neither in the shell nor in .env.
default() {
  eval "[ -n \"\${$1:-}\" ]" && return
  [ -f .env ] && grep -q "^$1=" .env && return
  export "$1=$2"
}

command -v docker >/dev/null || fail "docker is not installed: https://docs.docker.com/engine/install/"
docker compose version >/dev/null 2>&1 || fail "the plugin \"docker compose\" is not installed: https://docs.docker.com/compose/install/"

profiles=""
for profile in "$@"; do
  case "$profile" in
    sim | monitoring) ;;
    ollama)
      default LLM openai
      default OPENAI_BASE_URL http://ollama:11434/v1
      default OPENAI_LLM_MODEL llama3.2
      # The model is loaded at the first question.
      default LLM_TIMEOUT 60
      ;;
    speaches)
      default STT openai
      default STT_OPENAI_BASE_URL http://speaches:8000/v1
      default OPENAI_STT_MODEL Systran/faster-whisper-small
      default TTS openai
      default TTS_OPENAI_BASE_URL http://speaches:8000/v1
      default OPENAI_TTS_MODEL speaches-ai/Kokoro-82M-v1.0-ONNX
      default OPENAI_TTS_VOICE af_heart
      ;;
    kyutai)
      default KYUTAI_STT_URL ws://stt:8080
      default KYUTAI_TTS_URL ws://tts:8080
      default KYUTAI_LLM_URL http://llm:8000
      ;;
    *) fail "there is no profile \"$profile\": sim, monitoring, ollama, speaches, kyutai" ;;
  esac
  profiles="$profiles --profile $profile"
done

# A devices.json beside this script is where the original system had it.
mkdir -p config
if [ ! -e config/devices.json ]; then
  if [ -e devices.json ]; then
    cp devices.json config/devices.json
    echo "devices.json was copied to config/, which is where the container reads it"
  elif [ "$#" -gt 0 ] && echo " $* " | grep -q ' sim '; then
    echo '{"devices": [{"name": "simulated", "host": "device-sim"}]}' >config/devices.json
    echo "config/devices.json was written for the simulated device"
  else
    cp devices.example.json config/devices.json
    fail "config/devices.json was written: put in the addresses of your devices, then start again"
  fi
fi

files="-f docker-compose.autoconnect.yml"
[ -z "${PROD:-}" ] || files="$files -f docker-compose.prod.yml"
detach=""
[ -z "${DETACH:-}" ] || detach="-d"
# shellcheck disable=SC2086 # lists of words
exec docker compose $files $profiles up --build $detach
