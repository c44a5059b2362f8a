# Steps are proved by `npm run image-steps`, which reads this file: keep RUN free of absolute paths.

FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs ./scripts/
COPY src ./src
COPY device-sim ./device-sim
COPY assets ./assets
# A clone made under a strict umask would otherwise give files that the image's user may not read.
RUN npm run build && chmod -R a+rX assets package.json

# What runs, without what builds. The optional packages are in it: sherpa-onnx's binaries, and eSpeak NG, which is
# GPL-3.0 (see README.md before you pass an image on).
FROM node:24-slim AS modules
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# A container has no sound card for the simulator.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/decibri node_modules/@decibri

FROM node:24-slim
# In a container loopback is the container itself: no device is there. Two more threads keep look-ups away from files.
ENV NODE_ENV=production HOST=0.0.0.0 ALLOW_LOOPBACK=false UV_THREADPOOL_SIZE=8 MODELS_DIR=/models
WORKDIR /app
COPY --from=modules /build/node_modules ./node_modules
COPY --from=build /build/package.json ./package.json
COPY --from=build /build/assets ./assets
COPY --from=build /build/dist ./dist
# The files are root's: the process can read them and change nothing.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# About this process only: devices that are switched off are no reason to restart it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["node", "dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "dist/main.js"]
