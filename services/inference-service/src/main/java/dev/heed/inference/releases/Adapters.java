package dev.heed.inference.releases;

import dev.heed.inference.runtime.LoadedAdapter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The adapters that are released and who gets which: a person in a canary's share gets the newest
 * such canary, everyone else the newest live one, and the base model when there is none. Replies
 * under way keep what they began with.
 */
public final class Adapters {

  private static final int BUCKETS = 10_000;

  /** So many are kept; the oldest that serve nobody go first. */
  private static final int MOST = 8;

  private record Shelved(Release release, LoadedAdapter adapter) {}

  private final Consumer<LoadedAdapter> retire;
  private final Map<String, Shelved> shelf = new LinkedHashMap<>();

  /**
   * @param retire ends this owner's hold
   */
  public Adapters(Consumer<LoadedAdapter> retire) {
    this.retire = retire;
  }

  /** Whether this very artifact is loaded. */
  public synchronized boolean holds(Release release) {
    return shelf.containsKey(release.title());
  }

  /** Takes a newly loaded one in. */
  public synchronized void put(Release release, LoadedAdapter adapter) {
    Shelved old = shelf.put(release.title(), new Shelved(release, adapter));
    if (old != null) {
      retire.accept(old.adapter());
    }
    if (shelf.size() > MOST) {
      shelf.values().stream()
          .map(Shelved::release)
          .min(Comparator.comparing(Release::at))
          .ifPresent(this::withdraw);
    }
  }

  /** Changes the stage or share of a loaded one. */
  public synchronized void move(Release release) {
    shelf.computeIfPresent(release.title(), (_, old) -> new Shelved(release, old.adapter()));
  }

  /** No new reply uses it. */
  public synchronized void withdraw(Release release) {
    Shelved old = shelf.remove(release.title());
    if (old != null) {
      retire.accept(old.adapter());
    }
  }

  /** The adapter for a person, held for the caller. */
  public synchronized Optional<LoadedAdapter> pick(String pseudonym) {
    List<Shelved> newestFirst =
        shelf.values().stream()
            .sorted(Comparator.comparing((Shelved s) -> s.release().at()).reversed())
            .toList();
    return newestFirst.stream()
        .filter(s -> serves(s.release(), pseudonym, Release.Stage.CANARY))
        .findFirst()
        .or(
            () ->
                newestFirst.stream()
                    .filter(s -> serves(s.release(), pseudonym, Release.Stage.LIVE))
                    .findFirst())
        .map(Shelved::adapter)
        .filter(LoadedAdapter::hold);
  }

  /** Adapters that are loaded. */
  public synchronized int size() {
    return shelf.size();
  }

  private static boolean serves(Release release, String pseudonym, Release.Stage stage) {
    return release.stage() == stage
        && (stage == Release.Stage.LIVE || inShare(release.id(), pseudonym, release.share()));
  }

  /** Whether a person belongs to a release's share: the same on every pod. */
  static boolean inShare(String releaseId, String pseudonym, double share) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((releaseId + ":" + pseudonym).getBytes(StandardCharsets.UTF_8));
      return Long.remainderUnsigned(ByteBuffer.wrap(hash).getLong(), BUCKETS) < share * BUCKETS;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
