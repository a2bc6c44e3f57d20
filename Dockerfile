# One image for every service; SERVICE says which one a container runs. Arguments go to it: `docker run IMAGE migrate`.
ARG NODE_IMAGE=node:20.20.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev
COPY . .
RUN node scripts/build.mjs

# Optional packages are the local PostgreSQL of `npm start`: a container has a server of its own.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force

FROM ${NODE_IMAGE} AS run
RUN groupadd --system --gid 10001 broadsheet \
  && useradd --system --uid 10001 --gid broadsheet --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin broadsheet
WORKDIR /app
COPY --from=dependencies /src/node_modules ./node_modules
COPY --from=build /src/package.json ./package.json
COPY --from=build /src/dist/libs ./dist/libs
COPY --from=build /src/dist/apps ./dist/apps
COPY --from=build /src/models ./models
COPY --from=build /src/data ./data

ARG SERVICE=gateway
# Inside a container all interfaces are its own network. One admin port for all, so that one health check fits. ONNX Runtime for Linux reports usage to
# its maker and keeps files of that in /tmp unless it is told not to.
ENV NODE_ENV=production SERVICE=${SERVICE} HOST=0.0.0.0 ADMIN_PORT=9000 MODELS_DIR=/app/models ORT_DISABLE_TELEMETRY=1

USER 10001:10001
EXPOSE 8080 7010 7020 9000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT}/livez`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# exec makes Node process 1, so that it gets SIGTERM; the arguments of the container are the arguments of the service.
ENTRYPOINT ["/bin/sh", "-c", "exec node --enable-source-maps \"dist/apps/${SERVICE}/src/main.js\" \"$@\"", "broadsheet"]
