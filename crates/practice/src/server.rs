//! Listening: one HTTP/1.1 connection per task, over TCP or a Unix socket.
//!
//! The socket is wrapped so that a fault can end it with a reset: a plain close after a read request would look to
//! the client like an orderly goodbye.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;

use crate::router;
use crate::state::Provider;

/// A listener of either kind.
pub(crate) trait Accept: Send {
    type Stream: Stream;
    fn next(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// A socket of either kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Makes the coming close a reset, where the kind of socket knows one.
    fn reset_on_close(&self);
}

impl Accept for TcpListener {
    type Stream = TcpStream;
    async fn next(&self) -> io::Result<TcpStream> {
        let (stream, _) = self.accept().await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl Accept for UnixListener {
    type Stream = UnixStream;
    async fn next(&self) -> io::Result<UnixStream> {
        Ok(self.accept().await?.0)
    }
}

impl Stream for TcpStream {
    fn reset_on_close(&self) {
        if let Err(error) = self.set_zero_linger() {
            tracing::debug!(%error, "could not arrange a reset");
        }
    }
}

impl Stream for UnixStream {
    fn reset_on_close(&self) {}
}

/// Serves until `stop`; connections still open are then dropped, work already begun is finished and billed.
pub(crate) async fn serve<L: Accept>(
    provider: Arc<Provider>,
    listener: L,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let mut connections = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => return Ok(()),
            accepted = listener.next() => match accepted {
                Ok(stream) => {
                    connections.spawn(connection(Arc::clone(&provider), stream));
                }
                // Out of file handles, or a client that left between SYN and accept: go on with the others.
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection<S: Stream>(provider: Arc<Provider>, stream: S) {
    let reset = Arc::new(AtomicBool::new(false));
    let io = TokioIo::new(Wire { stream, reset: Arc::clone(&reset) });
    let service =
        service_fn(move |request| router::answer(Arc::clone(&provider), request, Arc::clone(&reset)));
    let done =
        hyper::server::conn::http1::Builder::new().keep_alive(true).serve_connection(io, service).await;
    if let Err(error) = done {
        tracing::debug!(%error, "connection ended");
    }
}

/// Why a call ends without an answer. Hyper closes the connection when the service returns it.
#[derive(Debug)]
pub(crate) struct Severed;

impl std::fmt::Display for Severed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection severed on purpose")
    }
}

impl std::error::Error for Severed {}

/// A socket that can be ended with a reset.
struct Wire<S: Stream> {
    stream: S,
    reset: Arc<AtomicBool>,
}

impl<S: Stream> Drop for Wire<S> {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            self.stream.reset_on_close();
        }
    }
}

impl<S: Stream> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl<S: Stream> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.reset.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut wire.stream).poll_shutdown(cx)
    }
}
