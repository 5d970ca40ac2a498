package dev.heed.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code heed up}: model, broker, services, gateway; then it watches until it is told to stop. */
@Command(
    name = "up",
    description =
        "Starts Heed: fetches the model once, starts broker and services, prints the URL.")
final class UpCommand implements Callable<Integer> {

  @Mixin StackOptions stack;

  @Option(names = "--detach", description = "Return when all is ready; stop it with ./heed down.")
  boolean detach;

  @Mixin ModelOption model;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Brokers of your own, in the place of the stack's (comma between several).")
  String kafka;

  @Option(
      names = "--kafka-config",
      paramLabel = "PATH",
      description =
          "Client properties for --kafka (TLS, SASL): one file for all, or a folder with"
              + " SERVICE.properties for each and admin.properties.")
  Path kafkaConfig;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description =
          "Copies of each service but learning-service, 1 or 2; the next 36 ports are used, too.")
  int replicas = 1;

  @Option(
      names = "--ready-within",
      paramLabel = "SECONDS",
      description = "How long all of it may take to get ready (default: ${DEFAULT-VALUE}).")
  int readyWithin = 300;

  @Option(
      names = "--breakable",
      description =
          "Put a relay between each service and the broker, so that ./heed chaos can cut them off.")
  boolean breakable;

  @Override
  public Integer call() throws Exception {
    foreignKafka(); // says at once what is wrong with it
    stack.ports(replicas, breakable);
    StackFolders folders = stack.folders();
    folders.prepare();
    var running = StackState.ofRunning(folders);
    if (running.isPresent()) {
      System.out.printf("Heed runs already: %s (stop it with ./heed down)%n", running.get().url());
      return 0;
    }
    return detach ? Detached.start(folders) : run(folders);
  }

  private int run(StackFolders folders) throws IOException, InterruptedException {
    try (FileChannel channel =
            FileChannel.open(
                folders.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel, folders)) {
      Ports ports = stack.ports(replicas, breakable);
      ports
          .firstTaken()
          .ifPresent(
              taken -> {
                throw new StackException(taken + ". Choose another port with --port.");
              });
      Path folder = model.folder(folders, System.out);
      serve(folders, ports, folder, lock);
      return 0;
    }
  }

  private static FileLock lock(FileChannel channel, StackFolders folders) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      // the same answer
    }
    throw new StackException("another ./heed up is starting with " + folders.data());
  }

  private Optional<ForeignKafka> foreignKafka() {
    if (kafka == null && kafkaConfig != null) {
      throw new StackException("--kafka-config goes with --kafka");
    }
    if (kafka != null && breakable) {
      throw new StackException("--breakable is for the stack's own broker, not for --kafka");
    }
    return Optional.ofNullable(kafka)
        .map(servers -> new ForeignKafka(servers, Optional.ofNullable(kafkaConfig)));
  }

  private void serve(StackFolders folders, Ports ports, Path folder, FileLock held)
      throws InterruptedException {
    long begin = System.nanoTime();
    System.out.printf("Starting Heed with %s%n", folder.getFileName());
    Duration readyLimit = Duration.ofSeconds(readyWithin);
    Supervisor supervisor =
        new Supervisor(folders, ports, folder, foreignKafka(), readyLimit, System.out);
    Gateway gateway = new Gateway(ports);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  System.out.println("Stopping Heed ...");
                  gateway.close();
                  supervisor.close();
                  System.out.println("Stopped. Your data stay in " + folders.data());
                }));
    supervisor.start();
    gateway.start();
    supervisor.announceReady();
    System.out.printf(
        "Heed is ready after %.1f s: http://localhost:%d  (Ctrl-C stops it)%n",
        (System.nanoTime() - begin) / 1e9, ports.base());
    if (held.isValid()) {
      supervisor.watch();
    }
  }
}
