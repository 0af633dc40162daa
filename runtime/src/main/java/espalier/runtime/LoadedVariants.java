package espalier.runtime;

import espalier.graph.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of variants, loaded when they are first used. Together they stay under a cap: before one is loaded those that were not used
 * for longest are closed; where all are in use the caller waits for one. Memory is what variants say they need.
 */
final class LoadedVariants implements AutoCloseable {
    private final Path manifest;
    private final SessionSettings settings;
    private final long cap;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition changed = lock.newCondition();
    /** In the order of their last use. */
    private final Map<String, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;
    private long most;
    private boolean closed;

    LoadedVariants(Path manifest, SessionSettings settings, long cap) {
        this.manifest = manifest;
        this.settings = settings;
        this.cap = cap;
    }

    private static final class Slot {
        private final long bytes;
        private int users;
        private @Nullable OrtSession session;

        Slot(long bytes) {
            this.bytes = bytes;
        }
    }

    /** A session that will not be closed while it is held. */
    final class Lease implements AutoCloseable {
        private final Slot slot;
        private final boolean first;

        private Lease(Slot slot, boolean first) {
            this.slot = slot;
            this.first = first;
        }

        /** Whether the session was loaded for this, and has not run before. */
        boolean isFirst() {
            return first;
        }

        OrtSession session() {
            return java.util.Objects.requireNonNull(slot.session);
        }

        @Override
        public void close() {
            lock.lock();
            try {
                slot.users--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether a variant alone is under the cap. */
    boolean holds(Variant v) {
        return v.memoryBytes() <= cap;
    }

    Lease lease(Variant v) {
        if (!holds(v)) {
            throw BadInputException.of(
                    "%s: variant '%s' needs %d bytes, more than the cap of %d: raise it or choose a smaller variant",
                    manifest, v.name(), v.memoryBytes(), cap);
        }
        Slot slot;
        lock.lock();
        try {
            slot = held(v);
            if (slot != null) {
                return new Lease(slot, false);
            }
            slot = reserved(v);
        } finally {
            lock.unlock();
        }
        load(v, slot);
        return new Lease(slot, true);
    }

    /** The slot of a variant that is loaded, once it is; null where it must be loaded. */
    private @Nullable Slot held(Variant v) {
        while (true) {
            requireOpen();
            Slot slot = slots.get(v.name());
            if (slot == null) {
                if (makeRoom(v.memoryBytes())) {
                    return null;
                }
            } else if (slot.session != null) {
                slot.users++;
                return slot;
            }
            changed.awaitUninterruptibly();
        }
    }

    private Slot reserved(Variant v) {
        Slot slot = new Slot(v.memoryBytes());
        slot.users = 1;
        slots.put(v.name(), slot);
        bytes += slot.bytes;
        most = Math.max(most, bytes);
        return slot;
    }

    private void load(Variant v, Slot slot) {
        OrtSession loaded = null;
        try {
            String name = manifest.resolveSibling(v.file().file()).toString();
            loaded = OrtSession.of(name, v.onnx(manifest), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.lock();
            try {
                slot.session = loaded;
                if (loaded == null) {
                    slots.remove(v.name());
                    bytes -= slot.bytes;
                }
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Closes idle sessions, the longest unused first, until so many bytes are free; false where those in use leave no room. */
    private boolean makeRoom(long wanted) {
        closeIdle(s -> bytes + wanted > cap);
        return bytes + wanted <= cap;
    }

    private void closeIdle(Predicate<Map.Entry<String, Slot>> unwanted) {
        var all = slots.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Slot> e = all.next();
            Slot s = e.getValue();
            if (s.users == 0 && s.session != null && unwanted.test(e)) {
                s.session.close();
                bytes -= s.bytes;
                all.remove();
            }
        }
    }

    /** Closes idle sessions, but for that of one variant. */
    void closeAllBut(Variant v) {
        lock.lock();
        try {
            closeIdle(e -> !e.getKey().equals(v.name()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the family is closed");
        }
    }

    /** Bytes of the sessions that are loaded now. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that were loaded at once. */
    long most() {
        lock.lock();
        try {
            return most;
        } finally {
            lock.unlock();
        }
    }

    boolean isLoaded(Variant v) {
        lock.lock();
        try {
            return slots.containsKey(v.name());
        } finally {
            lock.unlock();
        }
    }

    /** Waits for those in use. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            while (slots.values().stream().anyMatch(s -> s.users > 0)) {
                changed.awaitUninterruptibly();
            }
            slots.values().forEach(s -> {
                if (s.session != null) {
                    s.session.close();
                }
            });
            slots.clear();
            bytes = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
