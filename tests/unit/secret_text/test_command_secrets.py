"""Which commands are given a secret in plain text, and which only look so."""

from __future__ import annotations

import pytest

from generator.secret_text.commands import secrets_of_command
from generator.secret_text.values import hidden

SECRET = """\
PGPASSWORD=hunter22 psql -h db
export PGPASSWORD=hunter22
export PGPASSWORD='hunter22'
env PGPASSWORD="hunter22" psql
PGPASSWORD='pa$$w0rd' psql
MYSQL_PWD=hunter22 mysql
DB_PW=hunter22 ./migrate
NPM_TOKEN=abc123 npm ci
REDISCLI_AUTH=hunter22 redis-cli
docker login -u bot -p hunter22 registry.example.org
docker login -u bot -phunter22 registry.example.org
docker login --username bot --password hunter22
docker login --password=hunter22
podman login -u bot -p 'hunter 22' quay.io
helm registry login -u bot -p hunter22 registry.example.org
docker run -e POSTGRES_PASSWORD=postgres -d postgres
docker build --build-arg NPM_TOKEN=abc123 .
mysql -u root -phunter22 shop < schema.sql
mysql -uroot -p'hunter22' -e 'select 1'
mysqldump --password=hunter22 shop
mongo -u admin -p hunter22
sshpass -p hunter22 ssh host
redis-cli -a hunter22 ping
curl -u bot:hunter22 https://x.example
curl -ubot:hunter22 https://x.example
curl -s -u "bot:hunter22" "https://x.example/?a=1&b=2"
curl --user bot:hunter22 https://x.example
curl https://x.example -u bot:hunter22
curl --proxy-user a:b https://x.example
curl -H "Authorization: Bearer abc" https://x.example
curl -H 'Authorization: Basic Ym90Omh1bnRlcg==' https://x.example
curl --header "PRIVATE-TOKEN: abc" https://x.example
curl -H "X-Api-Key: abc" https://x.example
curl "https://x.example/hook?token=abc123"
http -a bot:hunter22 https://x.example
wget --password=hunter22 https://x.example
echo hunter22 | docker login --username bot --password-stdin
echo "hunter22" | docker login -u bot --password-stdin registry.example.org
printf '%s' hunter22 | docker login --password-stdin
echo hunter22 | sudo -S apt-get update
echo abc123 | gh auth login --with-token
echo -n hunter22 | gpg --batch --passphrase-fd 0 -d x.gpg
gpg --batch --passphrase hunter22 -d x.gpg
openssl enc -d -aes256 -pass pass:hunter22 -in x
keytool -importcert -storepass changeit -file x.crt
mvn deploy -Dsonar.token=abc123
sonar-scanner -Dsonar.password=hunter22
twine upload -u bot -p hunter22 dist/*
unzip -P hunter22 x.zip
npm config set //registry.npmjs.org/:_authToken abc123
aws configure set aws_secret_access_key abc123
vault login abc123
dotnet nuget push x.nupkg -k abc123
kubectl create secret generic x --from-literal=password=hunter22
git clone https://bot:hunter22@git.example.org/a/b
pip install --index-url https://:hunter22@pypi.example.org/simple x
npm ci && PGPASSWORD=hunter22 psql
""".splitlines()

ORDINARY = """\
npm ci
npm test -- --watch=false
mkdir -p dist/reports
mkdir -p dist && cp -r src dist
docker run -p 8080:80 nginx
docker run -d -p 127.0.0.1:5432:5432 -u root postgres
docker run -u 1000:1000 node:22 npm test
docker exec -u root:root app ls
docker build --secret id=npm,src=.npmrc .
docker build --secret=id=npm,env=NPM_TOKEN .
docker build --build-arg NPM_TOKEN .
docker build --build-arg VERSION=1.2 -t app .
docker login -u bot -p $PASSWORD registry.example.org
docker login -u bot -p "${PASSWORD}" registry.example.org
docker login --username AWS --password-stdin 1.dkr.ecr.us-east-1.amazonaws.com
aws ecr get-login-password --region us-east-1 | docker login --username AWS --password-stdin 1.dkr.ecr.us-east-1.amazonaws.com
echo $PASSWORD | docker login -u bot --password-stdin
echo "$PASSWORD" | docker login -u bot --password-stdin
printf '%s' "$PASSWORD" | docker login --password-stdin
echo "done" | tee log
echo y | apt-get install x
echo password is required
echo "Authorization: Bearer is missing"
PGPASSWORD=$DB_PASSWORD psql
PGPASSWORD="$DB_PASSWORD" psql
PGPASSWORD=${DB_PASSWORD:-} psql
PGPASSWORD=$(aws ssm get-parameter --name /db --with-decryption --query Parameter.Value --output text)
PGPASSWORD=`cat file` psql
PGPASSWORD= psql
PGPASSWORD="" psql
unset PGPASSWORD
export TOKEN
export GOOGLE_APPLICATION_CREDENTIALS=key.json
export TOKEN_FILE=/tmp/token
TOKEN=$(cat /run/token) ./x
mysql -u root -p shop
mysql -p$MYSQL_PASSWORD shop
mysql -u root -p"$MYSQL_PASSWORD" shop
mysql --port=3306 -u root
curl -u $USER:$PASSWORD https://x.example
curl -u "bot:$TOKEN" https://x.example
curl -u bot https://x.example
curl -H "Authorization: Bearer $TOKEN" https://x.example
curl -H "Authorization: token ${TOKEN}" https://x.example
curl -H "Content-Type: application/json" -d '{"a": 1}' https://x.example
curl -fsSL -o x.tgz https://x.example:8443/x.tgz
git clone https://bot:$TOKEN@git.example.org/a/b
git clone https://bot:${TOKEN}@git.example.org/a/b
git clone git@github.com:acme/shop.git
ssh -p 2222 user@host
ssh -i ~/.ssh/id_ed25519 host
rsync -ap -e "ssh -p 22" a b
cp -p a b
tar -cpf x.tar .
pytest -p no:cacheprovider -q
python -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
npm config set //registry.npmjs.org/:_authToken=${NPM_TOKEN}
npm config set //registry.npmjs.org/:_authToken $NPM_TOKEN
npm config set registry https://registry.npmjs.org
aws configure set region us-east-1
aws secretsmanager get-secret-value --secret-id shop/db
aws ssm get-parameter --name /shop/password --with-decryption
aws s3 cp --sse aws:kms a s3://b
aws codeartifact login --tool npm --domain acme --repository shop
gcloud run deploy --set-secrets=A=b:latest
kubectl create secret generic x --from-literal=a=b
kubectl get secret db-password -o yaml
terraform plan -var-file=prod.tfvars
mvn -B -Dmaven.test.skip=true package
mvn deploy -Dsonar.token=$SONAR_TOKEN
sed -i 's/PASSWORD=.*//' .env
sed -i "s/PASSWORD=.*/PASSWORD=$PASSWORD/" .env
grep -q "TOKEN=" .env
if [ "$TOKEN" = "" ]; then exit 1; fi
[ -z "$API_KEY" ] && exit 1
test -n "${NPM_TOKEN}"
jq -r '.token' x.json
jq '.token=="x"' x.json
openssl rand -hex 16
openssl enc -d -pass env:PASSPHRASE -in x
openssl enc -d -pass file:key -in x
gpg --batch --passphrase "$PASSPHRASE" -d x.gpg
gpg --batch --passphrase-file key.txt -d x.gpg
htpasswd -c .htpasswd bot
redis-cli -h redis ping
redis-cli -a $REDIS_PASSWORD ping
psql -h db -U shop -p 5432 -c 'select 1'
psql postgresql://shop@db/shop
unzip -q x.zip -d out
zip -r x.zip .
sudo -S true
useradd -p x bot
go test -p 4 ./...
cargo test --jobs 4
make -j4 PREFIX=/usr
vault login -method=aws
vault kv get -field=token secret/x
yarn install --frozen-lockfile
npx semantic-release --token=$GH_TOKEN
codecov --token "$CODECOV_TOKEN"
sam deploy --parameter-overrides Stage=dev
MAX_TOKENS=100 ./run
PIN=1.2.3 ./install
COMPASS=north ./run
AUTH_MODE=none ./run
export PATH=$PATH:/opt/bin
cd "$CODEBUILD_SRC_DIR" && PWD=/x ./y
dotnet test --logger trx
node -p "require('./package.json').version"
perl -pe 's/a/b/' x
ln -s a b
""".splitlines()


@pytest.mark.parametrize("command", SECRET)
def test_a_secret_in_a_command_is_found_and_never_shown(command: str) -> None:
    from generator.secret_text.values import secret_in

    assert secret_in(command) or list(secrets_of_command(command))
    shown = hidden(f"- {command}")
    for secret in ("hunter22", "hunter 22", "abc123", "pa$$w0rd", "Ym90Omh1bnRlcg==", "changeit"):
        assert secret not in shown


@pytest.mark.parametrize("command", ORDINARY)
def test_an_ordinary_command_is_left_alone(command: str) -> None:
    assert list(secrets_of_command(command)) == []


@pytest.mark.thorough
def test_a_long_line_takes_no_time() -> None:
    list(secrets_of_command("curl -u " * 3000 + "echo x | " * 3000 + "docker login " * 2000))
