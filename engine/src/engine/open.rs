//! Opens the database and wires the services.

use std::{path::PathBuf, sync::Arc};

use latchkey_model::id::InstallationId;
use latchkey_store::{Location, Store, paths::sealing_key_file};

use super::Engine;
use crate::{
    OpenError, Settings,
    audit::AuditLog,
    call_writes::CallWrites,
    cluster::{ChangeListener, Cluster},
    crypto::{
        hashing::Hasher,
        sealing::{SealingKey, SealingKeys},
    },
    installation::obtain_id,
    key_cache::KeyCache,
    keys::{Keys, KeysParts},
    oauth::{OAuth, OAuthParts},
    people::{People, PeopleParts},
    random::Random,
    refusal_log::RefusalLog,
    signing::{OpenSigningKeys, SigningKeys, SigningKeysAtOpening},
    time::Clock,
    usage::Usage,
    verification::{Verification, VerificationParts},
};

impl Engine {
    /// Opens the database, migrates its schema, and creates on first start what must exist once.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to change.
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Result<Self, OpenError> {
        Box::pin(Self::open_with(SigningKeysAtOpening::Kept, settings, clock, random)).await
    }

    /// Opens the database, and may remove the stored signing keys.
    ///
    /// # Errors
    /// [`OpenError`] tells the operator, in one line, what to change.
    pub async fn open_with(
        signing_keys: SigningKeysAtOpening,
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, OpenError> {
        let store = Arc::new(Store::open(&settings.database).await?);
        let sealing = SealingKeys {
            current: SealingKey::obtain(
                settings.sealing_key.as_ref(),
                file_of_sealing_key(&settings.database).as_deref(),
                &*random,
            )?,
            previous: settings.previous_sealing_key.clone(),
        };
        let installation_id = obtain_id(&store, &*random).await?;
        let node = settings.node.clone();
        let cluster = Arc::new(Cluster::new(store.clone(), clock.clone(), &settings.database, node, &*random));
        let signing_keys = OpenSigningKeys {
            store: store.clone(),
            clock: clock.clone(),
            cluster: cluster.clone(),
            sealing: sealing.clone(),
            policy: settings.signing,
            stored: signing_keys,
        };
        let signing_keys = Arc::new(signing_keys.open().await?);
        let base = Base { store, clock, random, cluster, signing_keys, sealing, installation_id };
        let engine = base.wire(settings);
        engine.start().await?;
        Ok(engine)
    }

    /// Reads what must be known before the first call, and joins the other nodes.
    async fn start(&self) -> Result<(), OpenError> {
        self.key_cache.read_revoked_tokens(&mut *self.store.reader().await?).await?;
        let listeners: [Arc<dyn ChangeListener>; 3] =
            [self.key_cache.clone(), self.usage.clone(), self.signing_keys.clone()];
        self.cluster.set_listeners(listeners.iter().map(Arc::downgrade).collect());
        Ok(self.cluster.join().await?)
    }
}

/// Returns where the sealing key is kept beside a SQLite database.
fn file_of_sealing_key(database_url: &str) -> Option<PathBuf> {
    match Location::parse(database_url).ok()? {
        Location::Sqlite(path) => Some(sealing_key_file(&path)),
        Location::Postgres(_) => None,
    }
}

/// What the services are built on.
struct Base {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    cluster: Arc<Cluster>,
    signing_keys: Arc<SigningKeys>,
    sealing: SealingKeys,
    installation_id: InstallationId,
}

impl Base {
    /// Builds the services, each with what it needs.
    fn wire(self, settings: Settings) -> Engine {
        let Self { store, clock, random, cluster, signing_keys, sealing, installation_id } = self;
        let audit = Arc::new(AuditLog::new(random.clone()));
        let refusal_log = Arc::new(RefusalLog::new(clock.clone()));
        let call_writes = Arc::new(CallWrites::new(store.clone()));
        let secrets = Arc::new(Hasher::for_secrets(random.clone()));
        let key_cache = Arc::new(KeyCache::new(store.clone(), cluster.clone()));
        let usage = Arc::new(Usage::new(store.clone(), clock.clone(), call_writes.clone(), settings.record_last_use));
        let people = People::new(
            PeopleParts {
                store: store.clone(),
                clock: clock.clone(),
                random: random.clone(),
                audit: audit.clone(),
                refusal_log: refusal_log.clone(),
                limits: settings.limits,
                issuer: settings.issuer.clone(),
                public_url_is_set: settings.public_url_is_set,
            },
            &sealing,
        );
        let keys = Keys::new(KeysParts {
            store: store.clone(),
            clock: clock.clone(),
            random: random.clone(),
            audit: audit.clone(),
            cluster: cluster.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            secrets: secrets.clone(),
            secret_prefix: settings.secret_prefix,
            issuer: settings.issuer.clone(),
            token_lifetime: settings.token_lifetime,
            limits: settings.limits,
        });
        let verification = VerificationParts {
            store: store.clone(),
            clock: clock.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            signing_keys: signing_keys.clone(),
            call_writes: call_writes.clone(),
            secrets,
            issuer: settings.issuer.clone(),
            audiences: settings.audiences,
        };
        let verification = Arc::new(Verification::new(verification, &*random));
        let oauth = OAuth::new(OAuthParts {
            clock: clock.clone(),
            random,
            cluster: cluster.clone(),
            key_cache: key_cache.clone(),
            usage: usage.clone(),
            signing_keys: signing_keys.clone(),
            call_writes,
            verification: verification.clone(),
            issuer: settings.issuer.clone(),
            token_lifetime: settings.token_lifetime,
            assertion_lifetime: settings.assertion_lifetime,
            limits: settings.limits,
        });
        Engine {
            keys: Arc::new(keys),
            people: Arc::new(people),
            verification,
            oauth: Arc::new(oauth),
            signing_keys,
            key_cache,
            refusal_log,
            usage,
            cluster,
            audit,
            store,
            clock,
            issuer: settings.issuer.into(),
            installation_id,
        }
    }
}
