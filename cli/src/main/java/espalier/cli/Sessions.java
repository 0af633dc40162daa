package espalier.cli;

import espalier.runtime.OrtSession;
import java.util.ArrayList;
import java.util.List;

/** Several models in ONNX Runtime at once. */
final class Sessions implements AutoCloseable {
    private final List<OrtSession> open = new ArrayList<>();

    private Sessions() {}

    static Sessions open(List<ModelFile> files, int threads) {
        Sessions sessions = new Sessions();
        try {
            files.forEach(f -> sessions.open.add(OrtSession.of(f.path(), threads)));
            return sessions;
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    OrtSession get(int i) {
        return open.get(i);
    }

    @Override
    public void close() {
        open.forEach(OrtSession::close);
    }
}
