package dev.heed.inference.serving;

import dev.heed.inference.releases.Artifacts;
import dev.heed.inference.releases.Release;
import dev.heed.inference.releases.RewardModel;
import dev.heed.inference.runtime.ModelException;
import dev.heed.inference.text.ChatMessage;
import dev.heed.schemas.events.ModelReleased;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/** The reward model that is live, if there is one, and the thread that asks it. */
@Singleton
class Judges {

  private static final Logger LOG = Logger.getLogger(Judges.class);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("judge").factory());

  private volatile Optional<RewardModel> live = Optional.empty();

  /** Takes a release of a reward model; what came of it. */
  String apply(ModelReleased event, Release.Stage stage) {
    String title = event.getName() + "@" + event.getVersion();
    boolean same = live.filter(model -> model.title().equals(title)).isPresent();
    if (stage == Release.Stage.WITHDRAWN) {
      if (same) {
        replace(Optional.empty());
      }
      return "withdrawn";
    }
    if (stage != Release.Stage.LIVE || same) {
      return "applied";
    }
    try {
      byte[] graph = Artifacts.read(event.getUri(), event.getSha256());
      Path folder = Path.of(URI.create(event.getUri())).getParent();
      replace(Optional.of(RewardModel.load(title, graph, folder)));
      LOG.infof("Reward model %s is LIVE", title);
      return "applied";
    } catch (Artifacts.Refused e) {
      LOG.warnf("Reward model %s is not used: %s", title, e.code());
      return e.code();
    } catch (ModelException e) {
      LOG.warnf("Reward model %s is not used: %s", title, e.getMessage());
      return "unfit";
    }
  }

  /** The old one is closed behind whatever asks it now. */
  private void replace(Optional<RewardModel> next) {
    Optional<RewardModel> old = live;
    live = next;
    thread.execute(() -> old.ifPresent(RewardModel::close));
  }

  boolean present() {
    return live.isPresent();
  }

  /** The best of some replies; the first one when there is nobody to ask. */
  int best(List<ChatMessage> messages, List<String> replies) {
    Optional<RewardModel> model = live;
    if (model.isEmpty()) {
      return 0;
    }
    try {
      return model.get().best(messages, replies);
    } catch (ModelException e) {
      LOG.warnf("The reward model gives no answer: %s", e.getMessage());
      return 0;
    }
  }

  ExecutorService thread() {
    return thread;
  }

  @PreDestroy
  void close() {
    thread.shutdownNow();
    live.ifPresent(RewardModel::close);
  }
}
