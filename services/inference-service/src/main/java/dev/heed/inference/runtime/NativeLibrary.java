package dev.heed.inference.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * ONNX Runtime's shared library, taken out of its jar once. The cached copy is named by its SHA-256
 * and used only while its bytes have it.
 */
final class NativeLibrary {

  private static final String RESOURCE = "/ai/onnxruntime/native/%s-%s/%s";

  private NativeLibrary() {}

  /** What the library loads from its own folder when it shall use a graphics card. */
  private static final List<String> PROVIDERS =
      List.of("onnxruntime_providers_shared", "onnxruntime_providers_cuda");

  /**
   * The library's path; extracts it, and the providers that its jar holds, when the cache has no
   * sound copy.
   */
  static Path locate() {
    Path library = extract(System.mapLibraryName("onnxruntime"), Optional.empty()).orElseThrow();
    for (String provider : PROVIDERS) {
      extract(System.mapLibraryName(provider), Optional.of(library.getParent()));
    }
    return library;
  }

  /** Extracts a file into a folder, or into one named by its hash; empty when the jar has none. */
  private static Optional<Path> extract(String name, Optional<Path> folder) {
    String resource = RESOURCE.formatted(os(), arch(), name);
    try (InputStream in = ai.onnxruntime.OrtSession.class.getResourceAsStream(resource)) {
      if (in == null && folder.isPresent()) {
        return Optional.empty();
      }
      if (in == null) {
        throw new IllegalStateException("no ONNX Runtime for this platform: " + resource);
      }
      byte[] bytes = in.readAllBytes();
      String sha = sha256(bytes);
      Path target =
          folder
              .orElseGet(() -> cache().resolve("onnxruntime-" + sha.substring(0, 16)))
              .resolve(name);
      if (!Files.isRegularFile(target)
          || Files.size(target) != bytes.length
          || !sha256(Files.readAllBytes(target)).equals(sha)) {
        write(target, bytes);
      }
      return Optional.of(target);
    } catch (IOException e) {
      throw new IllegalStateException(
          "ONNX Runtime's library cannot be put into " + cache() + " (set HEED_CACHE_DIR)", e);
    }
  }

  private static void write(Path target, byte[] bytes) throws IOException {
    Files.createDirectories(target.getParent());
    Path part = Files.createTempFile(target.getParent(), "part", ".tmp");
    try {
      Files.write(part, bytes);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Path cache() {
    String given = System.getenv("HEED_CACHE_DIR");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("user.home"), ".cache", "heed");
  }

  private static String os() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
  }

  private static String arch() {
    String arch = System.getProperty("os.arch");
    return arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
