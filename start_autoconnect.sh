#!/bin/sh
# Starts dialtone with Docker Compose; --help says how.
set -eu
unset CDPATH
cd -- "$(dirname -- "$0")"

usage() {
  cat <<'END'
./start_autoconnect.sh [PROFILE…], as in ./start_autoconnect.sh ollama monitoring

  sim         a simulated device
  monitoring  Prometheus on 127.0.0.1:9090 and Grafana on 127.0.0.1:3000
  ollama      a language model on this machine
  speaches    hears and speaks on this machine
  kyutai      Unmute's speech servers and language model; needs an NVIDIA GPU with 16 GB and HUGGING_FACE_HUB_TOKEN

What is set in the shell or in .env is used; for the rest each profile brings the variables that lead the backend to it.
DETACH=1 starts in the background. PROD=1 adds docker-compose.prod.yml, whose beginning says what to prepare.
The devices are those of config/devices.json.
END
}

say() {
  echo "start_autoconnect.sh: $*" >&2
}

fail() {
  say "$@"
  exit 1
}

# Whether a switch such as PROD is on.
on() {
  case "$1" in
    "" | 0 | no | false) return 1 ;;
  esac
}

# Whether a variable is set in the shell or in .env.
given() {
  eval "[ -n \"\${$1:-}\" ]" && return
  [ -f .env ] && grep -Eq "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" .env
}

# Sets a variable that is not given.
default() {
  given "$1" || export "$1=$2"
}

profiles=""
for profile in "$@"; do
  case "$profile" in
    -h | --help)
      usage
      exit
      ;;
    monitoring) ;;
    sim) simulated=yes ;;
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
      given HUGGING_FACE_HUB_TOKEN || say "HUGGING_FACE_HUB_TOKEN is not set: the language model of \"kyutai\" cannot be fetched without it (docs/ENGINES.md)"
      ;;
    *)
      say "there is no profile \"$profile\""
      usage >&2
      exit 64
      ;;
  esac
  profiles="$profiles --profile $profile"
done

command -v docker >/dev/null || command -v docker-compose >/dev/null || fail "docker is not installed: https://docs.docker.com/engine/install/"
if docker compose version >/dev/null 2>&1; then
  compose="docker compose"
elif docker-compose version >/dev/null 2>&1; then
  compose="docker-compose"
else
  fail "the plugin \"docker compose\" is not installed: https://docs.docker.com/compose/install/"
fi

files="-f docker-compose.autoconnect.yml"
# shellcheck disable=SC2086 # lists of words
answer=$($compose $files ps 2>&1) || fail "Docker does not answer: is it running, and may this user use it? $(echo "$answer" | tail -n 1)"
if on "${PROD:-}"; then
  for folder in secrets state; do
    [ -d "$folder" ] || fail "PROD=1 needs the folder $folder: the beginning of docker-compose.prod.yml has the commands"
  done
  files="$files -f docker-compose.prod.yml"
fi
detach=""
if on "${DETACH:-}"; then detach="-d"; fi

# A devices.json beside this script is where the original system had it.
mkdir -p config
if [ ! -e config/devices.json ]; then
  if [ -e devices.json ]; then
    cp devices.json config/devices.json
    say "devices.json was copied to config/, which is where the container reads it"
  elif [ -n "${simulated:-}" ]; then
    echo '{"devices": [{"name": "simulated", "host": "device-sim"}]}' >config/devices.json
    say "config/devices.json was written for the simulated device"
  else
    cp devices.example.json config/devices.json
    fail "config/devices.json was written: put in the addresses of your devices, then start again"
  fi
fi
if [ -n "${simulated:-}" ] && ! grep -q '"device-sim"' config/devices.json; then
  say 'no entry of config/devices.json is the simulated device: add {"name": "simulated", "host": "device-sim"}'
fi

# shellcheck disable=SC2086 # lists of words
exec $compose $files $profiles up --build $detach
