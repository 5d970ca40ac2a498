package dev.heed.safety.classifier;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.heed.safety.screening.Classifier;
import dev.heed.safety.screening.RatingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jboss.logging.Logger;

/** Opens classifier folders: description, checksums, network, in this order. */
public final class Classifiers {

  private static final Logger LOG = Logger.getLogger(Classifiers.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> CHECKED = List.of("model.onnx", "tokenizer.json");

  private Classifiers() {}

  /**
   * Opens a folder. When it is missing, damaged or of another checksum, the classifier that comes
   * back is not ready and lets nothing pass; the log says why.
   */
  public static Classifier open(Path folder, int threads, Duration deadline) {
    try {
      ClassifierSpec spec = read(folder);
      return new DeadlineClassifier(load(spec, folder), spec.version(), threads, deadline);
    } catch (ClassifierFolderException e) {
      LOG.errorf(
          "No classifier, so nothing passes: %s. Train or fetch one (models/safety), or set"
              + " heed.safety.classifier=none to rely on the phrase matcher alone.",
          e.getMessage());
      return Classifier.broken(e.reason());
    }
  }

  /**
   * Reads the description of a folder and compares its checksums.
   *
   * @throws ClassifierFolderException saying which file is wrong and how
   */
  static ClassifierSpec read(Path folder) {
    Path file = folder.resolve("classifier.json");
    if (!Files.isRegularFile(file)) {
      throw missing("there is no " + file);
    }
    ClassifierSpec spec;
    try {
      spec = JSON.readValue(Files.readAllBytes(file), ClassifierSpec.class);
    } catch (JsonProcessingException e) {
      throw new ClassifierFolderException(
          RatingException.Cause.ERROR, file + " is damaged: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw missing("cannot read " + file);
    }
    for (String name : CHECKED) {
      check(folder.resolve(name), spec.sha256().get(name));
    }
    return spec;
  }

  static OnnxClassifier load(ClassifierSpec spec, Path folder) {
    try {
      return new OnnxClassifier(spec, folder);
    } catch (IOException | OrtException | RuntimeException e) {
      throw new ClassifierFolderException(
          RatingException.Cause.ERROR,
          "the network in " + folder + " does not run: " + e.getMessage());
    }
  }

  private static void check(Path file, String expected) {
    if (!Files.isRegularFile(file)) {
      throw missing("there is no " + file);
    }
    if (expected == null) {
      throw new ClassifierFolderException(
          RatingException.Cause.CHECKSUM, "classifier.json has no sha256 of " + file.getFileName());
    }
    String actual = sha256(file);
    if (!actual.equalsIgnoreCase(expected)) {
      throw new ClassifierFolderException(
          RatingException.Cause.CHECKSUM,
          "%s has SHA-256 %s, not %s".formatted(file, actual, expected));
    }
  }

  private static String sha256(Path file) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw missing("cannot read " + file);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static ClassifierFolderException missing(String problem) {
    return new ClassifierFolderException(RatingException.Cause.MISSING, problem);
  }
}
