package dev.heed.trust;

import java.nio.file.Path;
import java.util.Map;

/** The service as a program of its own, as it was packaged. */
final class TrustProgram {

  private TrustProgram() {}

  /** How it is started: its output goes nowhere yet. */
  static ProcessBuilder at(String servers, int http, int management, Path data) {
    ProcessBuilder builder =
        new ProcessBuilder(
                java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                "target/quarkus-app/quarkus-run.jar")
            .redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", servers,
                "QUARKUS_KAFKA_STREAMS_BOOTSTRAP_SERVERS", servers,
                "HEED_HTTP_PORT", Integer.toString(http),
                "HEED_MANAGEMENT_PORT", Integer.toString(management),
                "HEED_DATA_DIR", data.toString()));
    return builder;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
