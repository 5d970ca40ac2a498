package dev.heed.inference.serving;

import dev.heed.inference.batching.EngineLimits;
import dev.heed.inference.generation.ChatEngine;
import dev.heed.inference.generation.ChatModel;
import dev.heed.inference.generation.MemoryTable;
import dev.heed.inference.runtime.Device;
import dev.heed.inference.runtime.LoadedAdapter;
import dev.heed.inference.runtime.ModelException;
import dev.heed.schemas.events.ModelRef;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** The one engine of this process: loads the model at start and drains at the end. */
@Startup
@ApplicationScoped
public class Engine {

  private static final Logger LOG = Logger.getLogger(Engine.class);
  private static final int EARLY = 10;

  /** A loaded engine and how its model is named on what it writes. */
  record Loaded(ChatEngine engine, ModelRef model) {

    ModelRef model(Optional<LoadedAdapter> adapter) {
      return adapter
          .map(a -> new ModelRef(model.getName(), model.getVersion(), a.name()))
          .orElse(model);
    }
  }

  private final InferenceConfig config;
  private final InferenceMetrics metrics;
  private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
  private volatile boolean stopping;

  Engine(InferenceConfig config, InferenceMetrics metrics) {
    this.config = config;
    this.metrics = metrics;
  }

  @PostConstruct
  void start() {
    Path folder =
        config
            .model()
            .orElseThrow(
                () -> new ModelException("HEED_MODEL", "not set; it names the model's folder"));
    ChatModel model = ChatModel.load(folder);
    EngineLimits limits = limits(model);
    LOG.infof(
        "Model %s: %d running, %d retained, %d waiting, %d tokens a sequence, %d prompt tokens a"
            + " step, %d threads",
        model.name(),
        limits.running(),
        limits.retained(),
        limits.waiting(),
        limits.positions(),
        limits.prefillTokens(),
        limits.threads());
    printMemory(model, limits);
    ChatEngine engine =
        ChatEngine.start(
            model,
            limits,
            metrics,
            new ChatEngine.Options(config.wholeCache(), Device.parse(config.device())));
    metrics.watch(engine.scheduler());
    loaded.complete(new Loaded(engine, new ModelRef(model.name(), model.version(), null)));
  }

  private static void printMemory(ChatModel model, EngineLimits limits) {
    try {
      LOG.infof(
          "Memory in MB, at most: %s; beside the virtual machine's own",
          MemoryTable.of(model, limits).megabytes());
    } catch (IOException e) {
      throw new ModelException(model.config().file(), "cannot be read", e);
    }
  }

  private EngineLimits limits(ChatModel model) {
    EngineLimits limits = EngineLimits.of(model.config());
    int running = config.running().orElse(limits.running());
    int positions =
        Math.min(model.config().context(), config.maxContext().orElse(limits.positions()));
    return limits
        .withRunning(running)
        .withRetained(config.retained().orElse(limits.retained()))
        .withWaiting(config.waiting().orElse(limits.waiting()))
        .withPositions(positions)
        .withPrefillTokens(config.prefillTokens().orElse(limits.prefillTokens()))
        .withThreads(config.threads().orElse(limits.threads()), config.spinning());
  }

  /** The engine, once it is there. */
  CompletableFuture<Loaded> whenLoaded() {
    return loaded;
  }

  /** The engine, if it is there and lives. */
  Optional<Loaded> ready() {
    return Optional.ofNullable(loaded.getNow(null))
        .filter(l -> !stopping && l.engine().scheduler().alive());
  }

  /** Sampled replies to a prompt. */
  int candidates() {
    return config.candidates();
  }

  boolean stopping() {
    return stopping;
  }

  /** Before the connectors close: replies that finish in time are still written. */
  void stop(@Observes @Priority(EARLY) ShutdownEvent event) {
    stopping = true;
    Loaded now = loaded.getNow(null);
    if (now != null) {
      now.engine().scheduler().drain(config.drain());
      now.engine().close();
    }
  }
}
