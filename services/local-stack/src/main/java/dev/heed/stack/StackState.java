package dev.heed.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;

/**
 * What a running stack tells the other commands, kept as {@code stack.json} in the data folder.
 *
 * @param pid of the supervisor
 * @param port the public port
 * @param url of the page
 * @param model the model's folder
 * @param ready everything answered once
 * @param children process ids by program
 * @param restarts how often each program was started again
 * @param kafka the brokers that the services use
 * @param replicas copies of each service
 * @param breakable whether {@code heed chaos} can cut services off the broker
 */
record StackState(
    long pid,
    int port,
    String url,
    String model,
    boolean ready,
    Map<String, Long> children,
    Map<String, Integer> restarts,
    String kafka,
    int replicas,
    boolean breakable) {

  private static final ObjectMapper JSON = new ObjectMapper();

  StackState {
    children = Map.copyOf(children);
    restarts = Map.copyOf(restarts);
  }

  /** The state of a supervisor that is alive now. */
  static Optional<StackState> ofRunning(StackFolders folders) {
    Path file = folders.stateFile();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      StackState state = JSON.readValue(file.toFile(), StackState.class);
      return ProcessHandle.of(state.pid()).filter(ProcessHandle::isAlive).map(_ -> state);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  void write(StackFolders folders) {
    try {
      Path next = Files.createTempFile(folders.data(), "stack", ".json");
      try {
        JSON.writeValue(next.toFile(), this);
        Files.move(
            next,
            folders.stateFile(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new StackException("cannot write " + folders.stateFile() + ": " + e.getMessage());
    }
  }

  /** Removes the state of a stack that has stopped. */
  static void forget(StackFolders folders) {
    try {
      Files.deleteIfExists(folders.stateFile());
    } catch (IOException e) {
      // Left behind, it names a process that is gone, which counts as not running.
    }
  }
}
