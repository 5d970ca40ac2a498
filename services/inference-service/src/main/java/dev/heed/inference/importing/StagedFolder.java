package dev.heed.inference.importing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A folder that is filled beside its final place and moved there in one step, or removed. */
final class StagedFolder implements Closeable {

  private static final String MARK = "genai_config.json";

  private final Path target;
  private final Path staging;
  private final Thread onExit;

  private StagedFolder(Path target, Path staging) {
    this.target = target;
    this.staging = staging;
    onExit = Thread.ofPlatform().unstarted(this::removeQuietly);
    Runtime.getRuntime().addShutdownHook(onExit); // Ctrl-C leaves nothing behind
  }

  /** Refuses a target that exists; with {@code force} only one that is no model. */
  static StagedFolder create(Path target, boolean force) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new ImportException("not a folder for a model: " + target);
    }
    if (Files.exists(absolute)) {
      refuse(absolute, target, force);
    }
    Files.createDirectories(parent);
    Path staging = fresh(parent, "." + absolute.getFileName() + ".importing-");
    return new StagedFolder(absolute, staging);
  }

  private static void refuse(Path absolute, Path shown, boolean force) throws IOException {
    if (!force) {
      throw new ImportException(shown + " exists; --force replaces it");
    }
    if (!Files.isDirectory(absolute)) {
      throw new ImportException(shown + " is a file, not a model folder");
    }
    try (Stream<Path> children = Files.list(absolute)) {
      if (children.findAny().isPresent() && !Files.exists(absolute.resolve(MARK))) {
        throw new ImportException(shown + " holds no model (no " + MARK + "); it is left alone");
      }
    }
  }

  /** A new folder with the usual permissions; createTempDirectory would shut out other users. */
  private static Path fresh(Path parent, String prefix) throws IOException {
    return Files.createDirectory(parent.resolve(prefix + UUID.randomUUID()));
  }

  Path path() {
    return staging;
  }

  /** A folder beside it for what is needed only meanwhile. */
  Scratch scratch() throws IOException {
    return new Scratch(Files.createDirectory(scratchPath()));
  }

  private Path scratchPath() {
    return staging.resolveSibling(staging.getFileName() + ".source");
  }

  private void removeQuietly() {
    try {
      delete(scratchPath());
      delete(staging);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("left behind: " + staging);
    }
  }

  /** Moves the folder to its place; what was there goes when the new one is in place. */
  void publish() throws IOException {
    if (!Files.exists(target)) {
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Path old = target.resolveSibling(staging.getFileName() + ".old");
    Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    delete(old);
  }

  @Override
  public void close() throws IOException {
    delete(staging);
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      onExit.setName("exiting"); // the hook is running already
    }
  }

  static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(StagedFolder::size).sum();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }

  /**
   * A folder that is removed when closed.
   *
   * @param path where
   */
  record Scratch(Path path) implements Closeable {
    @Override
    public void close() throws IOException {
      delete(path);
    }
  }
}
