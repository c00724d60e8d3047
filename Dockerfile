# One image for every part: `serve`, `ingest`, `sandbox`. The database is a server of its own (DATABASE_URL).
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps apps
COPY --from=build /app/dist dist
COPY --from=build /app/migrations migrations
USER node
EXPOSE 4400
ENTRYPOINT ["node", "dist/steptrail.mjs"]
CMD ["serve"]
