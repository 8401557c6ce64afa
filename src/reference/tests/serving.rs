//! Starting and stopping.

use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::client::{Call, document};
use super::{deployed, faithful, variant};
use crate::reference::{Config, Product, serve};

#[tokio::test]
async fn a_stopped_deployment_listens_no_more() {
    let site = faithful(Product::Ciam).await;
    let address = site.url().trim_start_matches("http://").to_owned();
    timeout(Duration::from_secs(1), site.stop()).await.expect("in time").expect("cleanly");
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn a_dropped_deployment_listens_no_more() {
    let site = faithful(Product::Ciam).await;
    let address = site.url().trim_start_matches("http://").to_owned();
    drop(site);
    sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_stop() {
    let slow = Config::new(Product::Ciam).with_variant(variant(Product::Ciam, "slow"));
    let site = deployed(slow).await;
    let call = Call::to(document(Product::Ciam, "sms-send")).without("X-agent");
    let url = site.url().to_owned();
    let answered = tokio::spawn(async move { call.fire_at(&url, "{}").await.status });
    sleep(Duration::from_millis(15)).await;
    site.stop().await.expect("cleanly");
    assert_eq!(answered.await.expect("no panic"), 400);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_stop_for_long() {
    let site = faithful(Product::Ciam).await;
    let idle = TcpStream::connect(site.url().trim_start_matches("http://")).await.expect("a connection");
    timeout(Duration::from_secs(4), site.stop()).await.expect("within the grace").expect("cleanly");
    drop(idle);
}

#[tokio::test]
async fn a_listener_of_ones_own_is_served_until_the_signal() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (signal, signalled) = tokio::sync::oneshot::channel::<()>();
    let config = Config::new(Product::Eiam);
    let served = tokio::spawn(serve(listener, config, async move {
        let _ = signalled.await;
    }));
    drop(signal);
    timeout(Duration::from_secs(4), served).await.expect("in time").expect("no panic").expect("cleanly");
}
