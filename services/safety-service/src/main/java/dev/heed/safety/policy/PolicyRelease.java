package dev.heed.safety.policy;

import dev.heed.schemas.Uuid7;
import dev.heed.schemas.events.ArtifactKind;
import dev.heed.schemas.events.ModelReleased;
import dev.heed.schemas.events.ReleaseStage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;

/** A policy that a release names: its bytes are in a {@code data:} or {@code file:} URI. */
public final class PolicyRelease {

  /** Key of the topic: there is one policy, and the newest release of it counts. */
  public static final String NAME = "policy";

  /** Before base64; a policy is a few thousand characters. */
  public static final int MAX_BYTES = 512 * 1024;

  private static final String DATA = "data:application/yaml;base64,";

  private PolicyRelease() {}

  /** A URI that carries the policy itself, so that no pod needs a file. */
  static String uri(byte[] policy) {
    return DATA + Base64.getEncoder().encodeToString(policy);
  }

  /** A release of a policy, or its withdrawal. */
  public static ModelReleased of(byte[] policy, String version, ReleaseStage stage) {
    return ModelReleased.newBuilder()
        .setReleaseId(Uuid7.randomString())
        .setKind(ArtifactKind.POLICY)
        .setName(NAME)
        .setVersion(version)
        .setUri(uri(policy))
        .setSha256(sha256(policy))
        .setAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
        .setStage(stage)
        .build();
  }

  /** SHA-256 in lower-case hex. */
  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Reads the policy of a release.
   *
   * @throws PolicyException when the bytes cannot be had, are others than the release names, or are
   *     no policy of the release's version
   */
  public static PolicySet policy(ModelReleased release) {
    byte[] bytes = bytes(release.getUri());
    if (!sha256(bytes).equalsIgnoreCase(release.getSha256())) {
      throw new PolicyException(0, "the bytes have another SHA-256 than the release");
    }
    PolicySet policies = PolicyFile.parse(new String(bytes, StandardCharsets.UTF_8));
    if (!policies.standard().version().equals(release.getVersion())) {
      throw new PolicyException(0, "the policy has another version than the release");
    }
    return policies;
  }

  private static byte[] bytes(String uri) {
    try {
      if (uri.startsWith(DATA)) {
        return Base64.getDecoder().decode(uri.substring(DATA.length()));
      }
      if (uri.startsWith("file:")) {
        try (InputStream in = Files.newInputStream(Path.of(URI.create(uri)))) {
          return in.readNBytes(MAX_BYTES);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new PolicyException(0, "the bytes of the release cannot be read");
    }
    throw new PolicyException(0, "a release's URI must be data: or file:");
  }
}
